package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Forged;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionSettings;
import dev.sallyport.tenant.connection.ProviderKind;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A tenant's IdP whose tokens are signed as they should be and whose claims are not: whom it names, how they signed in, what they are in. */
class HostileClaimsTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static EvilIdp sink;
    private static TestBroker broker;
    private static Rows rows;
    private static Tenant acme;
    private static Connection connection;
    private static Relying app;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        sink = EvilIdp.start(vertx);
        idp.userinfo = () -> new JsonObject().put("sub", "alice");
        broker = TestBroker.start(idp.hostPort(), sink.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        connection = broker.connections(acme).get(0);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        sink.close();
        vertx.close();
    }

    @BeforeEach
    void honest() {
        idp.claims = c -> {};
        idp.idToken = EvilIdp::sign;
        idp.intercept = r -> false;
        idp.userinfo = () -> new JsonObject().put("sub", "alice");
        assertNotNull(app.tokens(new Browser()).getString("id_token"), "the next honest sign-in works");
    }

    @Test
    @DisplayName("A08: userinfo about another person, without a subject, or with an error is no word about this one")
    void userinfoOfAnother() {
        idp.claims = c -> c.remove("email");
        idp.userinfo = () -> new JsonObject().put("sub", "alice").put("email", "late@example.com");
        app.tokens(new Browser());
        assertEquals(
                List.of("late@example.com"),
                rows.texts("SELECT email FROM users u JOIN tenants t ON t.id = u.tenant_id WHERE t.slug = 'acme'"));
        for (Object sub : new Object[] {"bob", "Alice", "alice ", "", null, 1, new JsonArray().add("alice")}) {
            idp.userinfo = () -> new JsonObject().put("sub", sub).put("email", "bob@example.com");
            refused("sub " + sub, "userinfo_sub");
        }
        idp.userinfo = JsonObject::new;
        refused("no sub", "userinfo_sub");
        idp.intercept = r -> {
            if (r.path().equals("/userinfo")) {
                r.response().setStatusCode(401).end("{\"sub\":\"alice\",\"email\":\"bob@example.com\"}");
            }
            return r.path().equals("/userinfo");
        };
        refused("an error that looks like an answer", "idp_http_status");
        assertEquals(
                List.of("late@example.com"),
                rows.texts("SELECT email FROM users u JOIN tenants t ON t.id = u.tenant_id WHERE t.slug = 'acme'"),
                "nothing of it was written");
    }

    @Test
    @DisplayName("A08: what the signed ID token says is not overruled by userinfo")
    void userinfoAddsOnly() throws Exception {
        idp.claims = c -> c.remove("name");
        idp.userinfo = () -> new JsonObject()
                .put("sub", "alice")
                .put("email", "root@example.com")
                .put("groups", new JsonArray().add("admins"))
                .put("iss", "https://other.example")
                .put("acr", "urn:gold")
                .put("auth_time", 1);
        JWTClaimsSet id =
                SignedJWT.parse(app.tokens(new Browser()).getString("id_token")).getJWTClaimsSet();
        assertEquals("alice@example.com", id.getStringClaim("email"));
        assertNotEquals("urn:gold", id.getClaim("acr"), "how somebody signed in is never taken from userinfo");
        assertTrue(id.getLongClaim("auth_time") > 1_000_000);
        assertEquals(List.of("staff"), rows.texts("SELECT value FROM groups WHERE source = '" + connection.id() + "'"));
    }

    @Test
    @DisplayName("A20: an acr that was asked for and is not said, or is another, is not handed on as met")
    void acr() throws Exception {
        unmet("no acr");
        for (Object acr : new Object[] {
            "urn:bronze", "urn:gold2", "URN:GOLD", "urn:gold urn:silver", "", 1, new JsonArray().add("urn:gold")
        }) {
            idp.claims = c -> c.put("acr", acr);
            unmet("acr " + acr);
        }
        idp.claims = c -> c.put("acr", "urn:silver");
        String asked = "urn:gold urn:silver";
        JsonObject tokens = app.tokens(new Browser(), "acr_values", asked);
        assertEquals(
                "urn:silver",
                SignedJWT.parse(tokens.getString("id_token")).getJWTClaimsSet().getStringClaim("acr"));
    }

    private static void unmet(String name) {
        Browser.Answer back = refused(name, "acr|claim.*", "acr_values", "urn:gold urn:silver");
        assertEquals("unmet_authentication_requirements", back.parameter("error"), name);
    }

    @Test
    @DisplayName("A19, A20: auth_time has the one tolerance against our clock, also when iat is ahead as well")
    void auth_timeIsNotToleratedTwice() {
        long now = System.currentTimeMillis() / 1_000;
        idp.claims = c -> c.put("iat", now + 50).put("auth_time", now + 100);
        refused("auth_time 100 s ahead", "auth_time");
        idp.claims = c -> c.put("iat", now + 50).put("auth_time", now + 50);
        assertNotNull(app.signIn(new Browser()).parameter("code"));
    }

    @Test
    @DisplayName("A04: a token that names no key is believed only while exactly one key can have signed it")
    void noKid() {
        idp.idToken = (evil, claims) -> Forged.sign(new JsonObject().put("alg", "ES256"), claims, evil.key);
        assertNotNull(app.signIn(new Browser()).parameter("code"), "one key");
        idp.idToken = (evil, claims) -> Forged.sign(new JsonObject().put("alg", "ES256"), claims, EvilIdp.newKey());
        refused("another key without kid", "signature");
    }

    @Test
    @DisplayName(
            "B06: groups that were left out stop the sign-in, the person reads what to do, and nobody is asked for them")
    void overage() {
        String endpoint = sink.issuer() + "/getMemberObjects";
        idp.claims = c -> {
            c.remove("groups");
            c.put("_claim_names", new JsonObject().put("groups", "src1"))
                    .put("_claim_sources", new JsonObject().put("src1", new JsonObject().put("endpoint", endpoint)));
        };
        Browser.Answer back = refused("overage", "group_overage");
        assertEquals("access_denied", back.parameter("error"));
        assertTrue(back.parameter("error_description").contains("limit the groups"), back.toString());
        Browser browser = new Browser();
        Browser.Answer page =
                browser.follow(broker.issuer("acme") + "/account/sign-in?connection=" + connection.id(), "nowhere");
        assertEquals(403, page.status(), page.toString());
        assertTrue(page.body().contains("limit the groups"), page.body());
        idp.claims = c -> {
            c.remove("groups");
            c.put("hasgroups", true);
        };
        refused("hasgroups", "group_overage");
        assertEquals(List.of(), sink.requests, "what a claim names is not called");
    }

    @Test
    @DisplayName(
            "A01, A02: people keyed by oid and tid stay who they are when everything else changes, and are nobody without both")
    void entraKey() {
        Tenant globex = broker.liveTenant("globex", idp);
        broker.enable(globex, "ledger");
        Connection bySub = broker.connections(globex).get(0);
        broker.connect(
                globex,
                ConnectionSettings.of(bySub)
                        .change()
                        .clientSecret(Optional.of(EvilIdp.SECRET))
                        .presets(ProviderKind.ENTRA)
                        .build());
        broker.disable(globex, bySub);
        Relying there = new Relying(broker.issuer("globex"), "ledger", app.secret, REDIRECT);
        idp.claims = c -> c.put("oid", "o-1").put("tid", "t-1");
        String alice = subject(there);
        idp.claims = c ->
                c.put("oid", "o-1").put("tid", "t-1").put("sub", "new-pairwise").put("email", "x@example.com");
        idp.userinfo = () -> new JsonObject().put("sub", "new-pairwise");
        assertEquals(alice, subject(there));
        idp.claims = c -> c.put("oid", "o-1")
                .put("tid", "t-2")
                .put("email", "y@example.com")
                .put("preferred_username", "y");
        idp.userinfo =
                () -> new JsonObject().put("sub", "alice").put("oid", "o-1").put("tid", "t-1");
        assertNotEquals(alice, subject(there), "the same object in another Entra tenant is somebody else");
        Rows.Counts before = rows.counts();
        for (String lacking : List.of("oid", "tid")) {
            idp.claims = c -> c.put("oid", "o-1").put("tid", "t-1").putNull(lacking);
            assertNull(there.signIn(new Browser()).parameter("code"), lacking + " is not taken from userinfo");
            assertEquals("sign_in.failed " + lacking, rows.lastEvent().orElseThrow());
        }
        assertEquals(before, rows.counts());
    }

    private static String subject(Relying at) {
        try {
            return SignedJWT.parse(at.tokens(new Browser()).getString("access_token"))
                    .getJWTClaimsSet()
                    .getSubject();
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Signs in, hears no, and looks whether anything was left behind. */
    private static Browser.Answer refused(String name, String reason, String... extra) {
        Rows.Counts before = rows.counts();
        Browser browser = new Browser();
        Browser.Answer back = app.signIn(browser, extra);
        assertEquals(303, back.status(), name + ": " + back);
        assertNull(back.parameter("code"), name);
        assertFalse(
                browser.cookies().getCookieStore().getCookies().stream()
                        .anyMatch(c -> c.getName().contains("session")),
                name);
        assertEquals(before, rows.counts(), name);
        String event = rows.lastEvent().orElseThrow();
        assertTrue(event.matches("sign_in.failed (" + reason + ")"), name + ": " + event);
        return back;
    }
}
