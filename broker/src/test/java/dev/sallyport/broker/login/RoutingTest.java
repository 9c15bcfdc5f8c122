package dev.sallyport.broker.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A tenant with several connections says who comes by which. */
class RoutingTest {
    private static Vertx vertx;
    private static EvilIdp staff;
    private static EvilIdp partners;
    private static TestBroker broker;
    private static AdminCaller operator;
    private static Tenant acme;
    private static Connection byStaff;
    private static Connection byPartners;
    private static Relying app;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        staff = EvilIdp.start(vertx);
        partners = EvilIdp.start(vertx);
        broker = TestBroker.start(staff.hostPort(), partners.hostPort());
        broker.catalogue();
        operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        acme = broker.liveTenant("acme", staff);
        byStaff = broker.connections(acme).get(0);
        byPartners = broker.connect(acme, partners, "sallyport");
        Rows rows = new Rows(broker);
        for (String domain : new String[] {"acme.example", "partner.example"}) {
            rows.change("INSERT INTO domains (tenant_id, domain, status, txt_value, verified_at) VALUES ('" + acme.id()
                    + "', '" + domain + "', 'verified', 'x', now())");
            rows.change("INSERT INTO domain_routes (domain, tenant_id) VALUES ('" + domain + "', '" + acme.id() + "')");
        }
        String redirect = "https://ledger.example/callback";
        String secret = broker.application("ledger", redirect, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, redirect);
    }

    @AfterAll
    static void stop() {
        broker.close();
        staff.close();
        partners.close();
        vertx.close();
    }

    private static JsonObject rule(String domain, String application, Connection connection) {
        return new JsonObject()
                .put("domain", domain)
                .put("application", application)
                .put("connection", connection.id().toString());
    }

    private static AdminCaller.Answer put(Object... rules) {
        return operator.put(
                "/tenants/acme/routing", new JsonObject().put("rules", new JsonArray(java.util.List.of(rules))));
    }

    private static String ledTo(String... extra) {
        Browser.Answer answer = new Browser().get(app.authorizeUrl(extra));
        return answer.status() == 200 ? "asked" : answer.location().startsWith(staff.issuer()) ? "staff" : "partners";
    }

    @Test
    @DisplayName("people are led by domain and application, asked where no rule fits, and the last way comes first")
    void led() {
        put().expect(200);
        assertEquals("asked", ledTo());
        put(rule("Partner.Example", null, byPartners), rule("acme.example", "ledger", byStaff))
                .expect(200);
        assertEquals("partners", ledTo("login_hint", "jo@partner.example"));
        assertEquals("partners", ledTo("domain_hint", "partner.example"));
        assertEquals("staff", ledTo("login_hint", "jo@acme.example"));
        assertEquals("asked", ledTo("login_hint", "jo@other.example"));
        assertEquals("asked", ledTo());
        assertEquals(
                "staff",
                ledTo(
                        "login_hint",
                        "jo@partner.example",
                        "connection",
                        byStaff.id().toString()),
                "what was named counts before the rules");

        Browser browser = new Browser();
        Browser.Answer found =
                browser.post(broker.publicUrl + "/login", java.util.Map.of("login_hint", "jo@partner.example"));
        assertTrue(browser.get(broker.publicUrl + found.location()).location().startsWith(partners.issuer()));

        put(rule(null, null, byPartners)).expect(200);
        assertEquals("partners", ledTo());
        broker.disable(acme, byPartners);
        try {
            assertEquals("staff", ledTo(), "a rule to a connection that is off leads nobody");
        } finally {
            broker.activate(acme, byPartners);
        }

        put().expect(200);
        Browser again = new Browser();
        app.tokens(again, "connection", byPartners.id().toString());
        String choice = again.get(app.authorizeUrl("prompt", "login")).body();
        assertTrue(choice.contains("(used last)"), choice);
        assertTrue(choice.indexOf(byPartners.id().toString())
                < choice.indexOf(byStaff.id().toString()));
    }

    @Test
    @DisplayName("B01 rules name connections and proven domains of their own tenant; each field at fault is named")
    void refused() {
        Tenant globex = broker.liveTenant("globex", staff);
        Connection theirs = broker.connections(globex).get(0);
        JsonObject unknown =
                new JsonObject().put("connection", UUID.randomUUID().toString());
        String foreign = put(rule(null, null, theirs)).expect(422).json().encode();
        String never = put(unknown).expect(422).json().encode();
        assertTrue(foreign.contains("rules/0/connection"), foreign);
        assertEquals(never, foreign, "another tenant's connection is as good as none");
        for (String domain : new String[] {"not-proven.example", "nonsense", "a@acme.example", "\u0000"}) {
            assertTrue(put(rule(domain, null, byStaff)).json().encode().contains("domain"), domain);
        }
        put("text").expect(400);
        put(new JsonObject().put("connection", 7)).expect(400);
        operator.put("/tenants/globex/routing", new JsonObject().put("rules", new JsonArray()))
                .expect(200);
    }
}
