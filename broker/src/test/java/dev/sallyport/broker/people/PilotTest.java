package dev.sallyport.broker.people;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Person;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A connection that is a pilot lets in members of its groups and nobody else. */
class PilotTest {
    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Rows rows;
    private static AdminCaller operator;
    private static String connection;
    private static Relying app;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        Tenant acme = broker.liveTenant("acme", idp);
        connection = broker.connections(acme).get(0).id().toString();
        String redirect = "https://ledger.example/callback";
        String secret = broker.application("ledger", redirect, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, redirect);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    private static AdminCaller.Answer pilot(JsonArray groups) {
        return operator.patch("/tenants/acme/connections/" + connection, new JsonObject().put("pilot_groups", groups));
    }

    private static Browser.Answer signIn(String name, String... groups) {
        idp.person = Person.named(name).put("groups", new JsonArray(java.util.List.of(groups)));
        return app.signIn(new Browser());
    }

    @Test
    @DisplayName(
            "whoever is in none of its groups is refused, known or new; sessions that are open go on; then it is for everybody")
    void pilot() {
        idp.person = Person.named("early");
        Browser early = new Browser();
        app.tokens(early);

        JsonObject changed = pilot(new JsonArray().add("IT, Berlin").add("testers"))
                .expect(200)
                .json();
        assertEquals(new JsonArray().add("IT, Berlin").add("testers"), changed.getJsonArray("pilot_groups"));
        assertNotNull(signIn("inside", "staff", "testers").parameter("code"));
        assertNotNull(signIn("comma", "IT, Berlin").parameter("code"));
        Rows.Counts before = rows.counts();
        for (String[] groups : new String[][] {{}, {"staff"}, {"Testers"}, {"testers "}, {"IT"}, {"Berlin"}}) {
            Browser.Answer refused = signIn("outside", groups);
            assertEquals("access_denied", refused.parameter("error"), String.join("|", groups));
            assertTrue(refused.parameter("error_description").contains("tried out"));
        }
        assertEquals("access_denied", signIn("early", "staff").parameter("error"), "known, and not in the pilot");
        assertEquals(7, rows.events("sign_in.refused", "pilot_only"));
        assertEquals(before, rows.counts());
        assertNotNull(early.get(app.authorizeUrl("prompt", "none")).parameter("code"), "whoever is in stays in");

        pilot(null).expect(200);
        assertNotNull(signIn("outside", "staff").parameter("code"));
        assertEquals(1, rows.number("SELECT count(*) FROM audit_events WHERE action = 'connection.opened'"));
    }

    @Test
    @DisplayName("a pilot without groups is no pilot: refused, and nothing changes")
    void noGroups() {
        pilot(new JsonArray()).expect(400);
        pilot(new JsonArray().add(" ")).expect(422);
        pilot(new JsonArray().add("a\u0000")).expect(400);
        pilot(new JsonArray().add(7)).expect(400);
        assertEquals(
                0,
                rows.number("SELECT count(*) FROM connections WHERE pilot_groups = '{}' OR ' ' = ANY (pilot_groups)"));
    }

    @Test
    @DisplayName("a connection replaces another one of its tenant, and none else")
    void replaces() {
        String foreign =
                broker.connections(broker.liveTenant("globex", idp)).get(0).id().toString();
        JsonObject wanted = new JsonObject()
                .put("name", "new")
                .put("protocol", "oidc")
                .put("issuer", idp.issuer())
                .put("client_id", "new")
                .put("client_secret", EvilIdp.SECRET);
        long before = rows.number("SELECT count(*) FROM connections");
        operator.post("/tenants/acme/connections", wanted.copy().put("replaces", foreign))
                .expect(422);
        operator.post("/tenants/acme/connections", wanted.copy().put("replaces", "x"))
                .expect(400);
        assertEquals(before, rows.number("SELECT count(*) FROM connections"));
        JsonObject heir = operator.post(
                        "/tenants/acme/connections", wanted.copy().put("replaces", connection))
                .expect(201)
                .json();
        assertEquals(connection, heir.getString("replaces"));
        assertEquals("draft", heir.getString("status"));
    }
}
