package dev.sallyport.broker.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.config.Cidr;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Person;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantStatus;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /login}: an address leads to the tenant whose it is, and tells nobody more than that. */
class HomeRealmTest {
    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Rows rows;
    private static Tenant acme;
    private static Tenant asleep;
    private static Relying app;
    private static String login;
    private static int subscriber;

    private final Browser browser = new Browser();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.startBehind(List.of(Cidr.parse("127.0.0.1/32")), idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        Tenant globex = broker.liveTenant("globex", idp);
        asleep = broker.liveTenant("asleep", idp);
        owns(acme, "acme.example");
        owns(globex, "xn--bcher-kva.example");
        owns(asleep, "asleep.example");
        rows.change("INSERT INTO domains (tenant_id, domain, txt_value) VALUES ('" + globex.id()
                + "', 'claimed.example', 'x')");
        broker.status(asleep, TenantStatus.SUSPENDED);
        String redirect = "https://ledger.example/callback";
        String secret = broker.application("ledger", redirect, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, redirect);
        login = broker.publicUrl + "/login";
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    private static void owns(Tenant tenant, String domain) {
        rows.change("INSERT INTO domains (tenant_id, domain, status, txt_value, verified_at) VALUES ('" + tenant.id()
                + "', '" + domain + "', 'verified', 'x', now())");
        rows.change("INSERT INTO domain_routes (domain, tenant_id) VALUES ('" + domain + "', '" + tenant.id() + "')");
    }

    /** Guesses are counted by address: each test comes from its own. */
    @BeforeEach
    void elsewhere() {
        subscriber++;
    }

    private Browser.Answer type(String text) {
        return type(browser, text);
    }

    private static Browser.Answer type(Browser from, String text) {
        return from.post(login, Map.of("login_hint", text), "X-Forwarded-For", "192.0.2." + subscriber);
    }

    @Test
    @DisplayName("an address leads to its tenant's sign-in, and from there to the person's own page")
    void toTheAccount() {
        Browser.Answer page = browser.get(login);
        assertEquals(200, page.status());
        assertTrue(page.headers().get("content-security-policy").contains("frame-ancestors 'none'"));
        assertNull(page.headers().get("set-cookie"));

        idp.person = Person.named("alice").put("email", "alice@acme.example");
        Browser.Answer sent = type("Alice@ACME.example ");
        assertEquals(303, sent.status());
        assertEquals("no-store", sent.headers().get("cache-control"));
        Browser.Answer home = browser.follow(broker.publicUrl + sent.location(), "https://nowhere");
        assertEquals(200, home.status());
        assertTrue(home.body().contains("alice@acme.example"), home.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"acme", "ACME", "acme Inc.", "  Acme   inc. ", "acme.example"})
    @DisplayName("a tenant's name, slug or domain leads there too")
    void byName(String text) {
        assertTrue(type(text).location().startsWith("/t/acme/account/sign-in"), text);
    }

    @Test
    @DisplayName("an internationalised domain is the same in both forms")
    void idn() {
        assertTrue(type("jo@bücher.example").location().startsWith("/t/globex/"));
        assertTrue(type("jo@xn--bcher-kva.example").location().startsWith("/t/globex/"));
    }

    @Test
    @DisplayName(
            "an application's request goes on to the tenant's authorization endpoint, whole; the answer names the issuer")
    void applicationsRequest() {
        String asked = app.authorizeUrl().substring((app.issuer + "/authorize").length());
        Browser.Answer sent = browser.post(login + asked, Map.of("login_hint", "bob@acme.example"));
        assertTrue(sent.location().startsWith("/t/acme/authorize?"), sent.location());
        assertEquals("bob@acme.example", sent.parameter("login_hint"));
        assertEquals("nonce-1", sent.parameter("nonce"));

        idp.person = Person.named("bob").put("email", "bob@acme.example");
        Browser.Answer back = browser.follow(broker.publicUrl + sent.location(), app.redirectUri);
        assertEquals(app.issuer, back.parameter("iss"));
        assertEquals(200, app.redeem(browser, back.parameter("code")).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "login_hint=eve@acme.example",
                "domain_hint=acme.example",
                "tenant=acme",
                "tenant=acme&login_hint=x@other.example"
            })
    @DisplayName("an application that knows the address, the domain or the tenant says so, and no page is shown")
    void hints(String hint) {
        Browser.Answer sent = browser.get(login + "?" + hint);
        assertEquals(303, sent.status());
        assertTrue(sent.location().startsWith("/t/acme/"), sent.location());
        assertNull(sent.headers().get("set-cookie"), "whoever makes a link cannot choose what is remembered");
    }

    @Test
    @DisplayName(
            "D15 unknown, unproven, suspended, malformed: one answer, byte for byte; a person who exists is like one who does not")
    void tellsNothing() {
        idp.person = Person.named("known").put("email", "known@acme.example");
        app.tokens(browser);
        idp.person = Person.named("stray").put("email", "stray@stray.example");
        app.tokens(new Browser());
        Browser.Answer unknown = type(new Browser(), "nobody@unknown.example");
        assertEquals(422, unknown.status());
        for (String text : List.of(
                "stray@stray.example",
                "jo@claimed.example",
                "jo@asleep.example",
                "asleep",
                "no-such-tenant",
                "jo@",
                "@acme.example",
                "a@b@acme.example",
                "a b@acme.example",
                "jo@sub.acme.example",
                "jo@acme.example.evil.example",
                "jo@acme.example@evil.example",
                "jo@127.0.0.1",
                "<script>alert(1)</script>@x.example",
                "x".repeat(400) + "@acme.example")) {
            subscriber++;
            Browser.Answer answer = type(new Browser(), text);
            assertEquals(unknown.status(), answer.status(), text);
            assertEquals(plain(unknown), plain(answer), text);
        }
        Browser.Answer exists = type(new Browser(), "known@acme.example");
        Browser.Answer never = type(new Browser(), "never@acme.example");
        assertEquals(
                exists.location().replace("known", "never"), never.location(), "whether a person exists does not show");
        assertEquals(exists.headers().keySet(), never.headers().keySet());
    }

    /** What an answer says, without its time. */
    private static String plain(Browser.Answer answer) {
        return answer.body() + answer.headers().keySet();
    }

    @Test
    @DisplayName("D15 guessing addresses comes to an end; whoever names a right one still gets on")
    void guessing() {
        int refused = 0;
        for (int i = 0; i < 60; i++) {
            Browser.Answer answer = type("x@guess-" + i + ".example");
            if (answer.status() == 429) {
                refused++;
                assertNotNull(answer.headers().get("retry-after"));
            }
        }
        assertTrue(refused >= 30, "of 60 guesses were refused: " + refused);
        assertEquals(429, type("x@acme.example").status(), "a right guess among too many wrong ones is not told");
        subscriber++;
        for (int i = 0; i < 60; i++) {
            assertEquals(303, type("x" + i + "@acme.example").status());
        }
    }

    @Test
    @DisplayName("D05 another site's form is refused and remembers nothing")
    void foreignForm() {
        Browser.Answer answer = browser.post(
                login,
                Map.of("login_hint", "x@acme.example"),
                "Sec-Fetch-Site",
                "cross-site",
                "Origin",
                "https://evil.example");
        assertEquals(403, answer.status());
        assertNull(answer.headers().get("set-cookie"));
        assertNull(answer.location());
    }

    @Test
    @DisplayName("the last choice is offered again, never taken by itself, and can be forgotten")
    void remembers() {
        assertFalse(browser.get(login).body().contains("acme Inc."));
        Browser.Answer sent = type("x@acme.example");
        String cookie = sent.headers().get("set-cookie");
        assertTrue(cookie.contains("HTTPOnly") && cookie.contains("SameSite=Lax"), cookie);
        assertFalse(cookie.contains("x@"), "an address is not kept");

        Browser.Answer page = browser.get(login + "?client_id=ledger&state=s");
        assertEquals(200, page.status());
        assertTrue(page.body().contains("Continue to acme Inc."));
        assertTrue(page.body().contains("/login?client_id=ledger&amp;state=s&amp;tenant=acme"), page.body());

        assertEquals(303, browser.post(login, Map.of("forget", "yes")).status());
        assertFalse(browser.get(login).body().contains("acme Inc."));

        type("x@acme.example");
        broker.status(acme, TenantStatus.SUSPENDED);
        try {
            assertFalse(browser.get(login).body().contains("acme Inc."), "a tenant that is not live is not offered");
        } finally {
            broker.status(acme, TenantStatus.ACTIVE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x>",
                "javascript:alert(1)",
                "..",
                "a%2fb",
                "acme;path=/",
                "'"
            })
    @DisplayName("D07 D11 a cookie or parameter of any content is data")
    void nonsense(String text) {
        Browser.Answer page = browser.get(
                login + "?state=" + Browser.encode(text) + "&tenant=" + Browser.encode(text),
                "Cookie",
                "sallyport_home=" + text.replace(';', ' ') + "; sallyport_home=%");
        assertEquals(200, page.status());
        assertFalse(page.body().contains(text.length() > 3 ? text : "\"'\""), page.body());
        assertNull(page.location());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a=%00", "login_hint=a&login_hint=b", "login_hint=%0d%0aSet-Cookie:x=1", "tenant=a&tenant=b"})
    @DisplayName("parameters that no browser form sends are refused or shown the page, never followed")
    void malformed(String query) {
        Browser.Answer answer = browser.get(login + "?" + query);
        assertTrue(answer.status() == 200 || answer.status() == 400, query + " " + answer.status());
        assertNull(answer.location());
        assertNull(answer.headers().get("set-cookie"));
    }

    @Test
    @DisplayName("the provider is told an address only if its domain is the tenant's")
    void hintsToTheProvider() {
        assertEquals(
                "a@acme.example",
                browser.get(app.authorizeUrl("login_hint", "a@acme.example")).parameter("login_hint"));
        assertEquals(
                "a.person",
                browser.get(app.authorizeUrl("login_hint", "a.person")).parameter("login_hint"));
        assertNull(
                browser.get(app.authorizeUrl("login_hint", "a@bücher.example")).parameter("login_hint"));
        assertNull(
                browser.get(app.authorizeUrl("login_hint", "a@unknown.example")).parameter("login_hint"));
    }

    @Test
    @DisplayName("D12 headers that name another host change nothing")
    void otherHosts() {
        Browser.Answer clean = new Browser().post(login, Map.of("login_hint", "x@acme.example"));
        Browser.Answer forwarded = new Browser()
                .post(
                        login,
                        Map.of("login_hint", "x@acme.example"),
                        "X-Forwarded-Host",
                        "evil.example",
                        "Forwarded",
                        "host=evil.example");
        assertEquals(clean.location(), forwarded.location());
    }
}
