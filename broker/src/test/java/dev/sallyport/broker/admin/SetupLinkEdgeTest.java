package dev.sallyport.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller.Answer;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.Together;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Chapter G at the edge: setup links as the operator makes them and as everybody else finds them, on two nodes. */
class SetupLinkEdgeTest {
    private static AdminHouse house;
    private static TestBroker other;
    private static Rows rows;

    @BeforeAll
    static void open() {
        house = AdminHouse.open();
        other = house.broker.anotherNode(house.idp.hostPort());
        rows = new Rows(house.broker);
    }

    @AfterAll
    static void close() {
        other.close();
        house.close();
    }

    private static Answer make(String tenant, JsonObject wanted) {
        return house.operator
                .post("/tenants/" + tenant + "/setup-links", wanted)
                .expect(201);
    }

    private static JsonObject read(String tenant, String id) {
        return house.operator
                .get("/tenants/" + tenant + "/setup-links/" + id)
                .expect(200)
                .json();
    }

    private static Browser.Answer redeem(Browser browser, String url, String code) {
        int hash = url.indexOf('#');
        return browser.post(
                url.substring(0, hash) + "/redeem", Map.of("secret", url.substring(hash + 1), "code", code));
    }

    @Test
    @DisplayName("G02: of a hundred who press the button at once through two nodes, one is in")
    void oneWinnerOnTwoNodes() {
        Answer made = make("acme", new JsonObject());
        List<Browser.Answer> answers = Together.run(100, i -> {
            Browser racer = i % 2 == 0 ? house.broker.through(new Browser()) : other.through(new Browser());
            return redeem(racer, made.text("url"), "");
        });
        assertEquals(1, answers.stream().filter(a -> a.status() == 303).count());
        assertEquals(99, answers.stream().filter(a -> a.status() == 410).count());
        assertEquals(
                1,
                answers.stream()
                        .filter(a -> a.headers().containsKey("set-cookie"))
                        .count());
        JsonObject link = read("acme", made.text("id"));
        assertEquals("redeemed", link.getString("state"));
        assertEquals(100, link.getInteger("opened"));
    }

    @Test
    @DisplayName("G01: wrong codes are counted over both nodes, and the fifth ends the link")
    void wrongCodesOnTwoNodes() {
        Answer made = make("globex", new JsonObject().put("second_step", true).put("recipient", "it@globex.example"));
        List<Browser.Answer> answers = Together.run(
                30,
                i -> redeem(
                        i % 2 == 0 ? house.broker.through(new Browser()) : other.through(new Browser()),
                        made.text("url"),
                        "NOT-" + i));
        assertEquals(4, answers.stream().filter(a -> a.status() == 422).count());
        assertEquals(26, answers.stream().filter(a -> a.status() == 410).count());
        assertTrue(answers.stream().noneMatch(a -> a.headers().containsKey("set-cookie")));
        assertEquals(
                410, redeem(new Browser(), made.text("url"), made.text("code")).status());
        JsonObject link = read("globex", made.text("id"));
        assertEquals("revoked", link.getString("state"));
        assertEquals(5, link.getInteger("wrong_codes"));
        JsonObject alarm =
                house.operator.get("/tenants/globex/alarms").expect(200).items().getJsonObject(0);
        assertEquals("setup_code_guessed", alarm.getString("kind"));
        assertEquals("setup_link:" + made.text("id"), alarm.getString("subject"));
        Answer noted = house.operator.post("/tenants/globex/alarms/" + alarm.getString("id") + "/acknowledge", null);
        String who = noted.expect(200).text("acknowledged_by");
        assertTrue(who != null && !who.isEmpty());
        house.operator
                .post("/tenants/acme/alarms/" + alarm.getString("id") + "/acknowledge", null)
                .expect(404);
        assertEquals(0, house.operator.get("/tenants/acme/alarms").items().size(), "another tenant sees nothing of it");
    }

    @Test
    @DisplayName(
            "G03: whoever only looks changes nothing and gets no cookie, by whatever method and with whatever is added")
    void scannersChangeNothing() {
        Answer made = make("acme", new JsonObject());
        String page = made.text("url").substring(0, made.text("url").indexOf('#'));
        String secret = made.text("url").substring(made.text("url").indexOf('#') + 1);
        for (String address : List.of(
                page, page + "?a=b", page + "?secret=" + secret, page + "/redeem", page + "/redeem?secret=" + secret)) {
            for (String method : List.of("GET", "HEAD", "OPTIONS", "GET")) {
                Browser.Answer answer = new Browser()
                        .json(method, address, null, "Purpose", "prefetch", "User-Agent", "MailScanner/2.0");
                assertFalse(answer.headers().containsKey("set-cookie"), method + " " + address);
                assertFalse(answer.body().contains(secret), method + " " + address);
            }
        }
        JsonObject link = read("acme", made.text("id"));
        assertEquals("open", link.getString("state"));
        assertEquals(0, link.getInteger("opened"));
        assertEquals(303, redeem(new Browser(), made.text("url"), "").status());
    }

    @Test
    @DisplayName("G04: the link's secret and its code are in no table, no log line and no later answer")
    void secretsAreNowhere() {
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        try {
            JsonObject wanted = new JsonObject().put("second_step", true);
            Answer made = house.operator
                    .post("/tenants/acme/setup-links", wanted, "Idempotency-Key", "canary-of-the-link")
                    .expect(201);
            String secret = made.text("url").substring(made.text("url").indexOf('#') + 1);
            String code = made.text("code");
            Answer again = house.operator
                    .post("/tenants/acme/setup-links", wanted, "Idempotency-Key", "canary-of-the-link")
                    .expect(201);
            assertNull(again.text("url"));
            assertNull(again.text("code"));
            redeem(new Browser(), made.text("url"), "");
            Browser browser = new Browser();
            assertEquals(303, redeem(browser, made.text("url"), code).status());
            browser.get(made.text("url").substring(0, made.text("url").indexOf('#')) + "/overview");
            for (String needle : List.of(secret, secret.substring(4), code, code.replace("-", ""))) {
                assertFalse(read("acme", made.text("id")).encode().contains(needle));
                for (String table : rows.texts(
                        "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace")) {
                    assertEquals(
                            0,
                            rows.number("SELECT count(*) FROM " + table + " r WHERE position('" + needle
                                    + "' in r::text) > 0"),
                            table);
                }
                assertTrue(log.list.stream()
                        .noneMatch(event -> event.getFormattedMessage().contains(needle)));
            }
        } finally {
            root.detachAppender(log);
        }
    }

    @Test
    @DisplayName(
            "G01: a setup session is let in nowhere else: not to the admin API, not to an application, not to another tenant")
    void theSessionDoesTheSetupOnly() {
        Answer made = make("acme", new JsonObject());
        Browser browser = new Browser();
        Browser.Answer redeemed = redeem(browser, made.text("url"), "");
        String cookie = redeemed.headers().get("set-cookie").replaceAll(";.*", "");
        String session = cookie.substring(cookie.indexOf('=') + 1);
        String base = house.broker.publicUrl;
        for (String path :
                List.of("/admin/v1/tenants/acme", "/admin/v1/tenants", "/t/acme/userinfo", "/t/acme/scim/v2/Users")) {
            assertEquals(401, new Browser().get(base + path, "Cookie", cookie).status(), path);
            assertEquals(
                    401,
                    new Browser()
                            .get(base + path, "Authorization", "Bearer " + session)
                            .status(),
                    path);
        }
        Answer foreign = make("globex", new JsonObject());
        String there = foreign.text("url").substring(0, foreign.text("url").indexOf('#'));
        assertEquals(
                410, new Browser().get(there + "/overview", "Cookie", cookie).status());
        assertEquals("open", read("globex", foreign.text("id")).getString("state"));
    }

    @Test
    @DisplayName("the operator sees how far the setup is, and when its session was last there")
    void progress() {
        Answer made = make("acme", new JsonObject());
        Browser browser = new Browser();
        redeem(browser, made.text("url"), "");
        browser.get(made.text("url").substring(0, made.text("url").indexOf('#')) + "/overview");
        JsonObject link = read("acme", made.text("id"));
        assertTrue(link.getString("last_seen_at") != null && link.getString("session_expires_at") != null);
        JsonObject progress = link.getJsonObject("progress");
        assertTrue(progress.getBoolean("live") && progress.getBoolean("connected"));
        assertEquals(3, progress.getInteger("group_rules"));
        assertFalse(progress.getBoolean("tested"));
    }

    @Test
    @DisplayName("I11: a break-glass link may live long and is alone; others may not")
    void limits() {
        JsonObject breakGlass = new JsonObject()
                .put("purposes", new JsonArray().add("break_glass"))
                .put("expires_in", 34_560_000);
        assertTrue(make("acme", breakGlass).text("url").contains("#spl_"));
        String problem = house.operator
                .post("/tenants/acme/setup-links", new JsonObject().put("expires_in", 34_560_000))
                .expect(422)
                .body();
        assertTrue(problem.contains("expires_in") && problem.contains("14 days"), problem);
        house.operator
                .post(
                        "/tenants/acme/setup-links",
                        new JsonObject()
                                .put(
                                        "purposes",
                                        new JsonArray().add("break_glass").add("domain")))
                .expect(422);
    }
}
