package dev.sallyport.broker.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.admin.AdminCaller.Answer;
import dev.sallyport.broker.admin.AdminHouse;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The audit log can be read, and rewriting it is noticed. */
class AuditChainTest {
    private static TestBroker broker;
    private static AdminCaller operator;
    private static Rows rows;

    @BeforeAll
    static void open() {
        broker = TestBroker.start();
        operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        rows = new Rows(broker);
    }

    @AfterAll
    static void close() {
        broker.close();
    }

    private static void tenant(String slug) {
        operator.post("/tenants", new JsonObject().put("slug", slug).put("name", slug))
                .expect(201);
        for (int i = 0; i < 5; i++) {
            operator.patch("/tenants/" + slug, new JsonObject().put("name", slug + i))
                    .expect(200);
        }
    }

    private static JsonObject chain(Answer answer, String slug) {
        return answer.json().getJsonArray("chains").stream()
                .map(JsonObject.class::cast)
                .filter(chain -> slug.equals(chain.getString("tenant")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theLogIsChainedByItselfAndAChangedRowIsNamed() {
        tenant("acme");
        tenant("globex");
        AdminHouse.eventually(() -> Optional.of(
                        rows.number(
                                "SELECT count(*) FROM audit_chain c JOIN tenants t ON t.id = c.tenant_id WHERE t.slug = 'acme'"))
                .filter(links -> links == 6));
        Answer whole = operator.get("/audit/verify").expect(200);
        assertTrue(whole.json().getBoolean("ok"), whole.body());
        assertEquals(6, chain(whole, "acme").getInteger("events"));
        assertEquals(0, chain(whole, "acme").getInteger("pending"));
        String event = rows.texts("SELECT c.event_id FROM audit_chain c JOIN tenants t ON t.id = c.tenant_id"
                        + " WHERE t.slug = 'acme' AND c.seq = 3")
                .get(0);
        rows.change("UPDATE audit_events SET actor = 'somebody-else' WHERE id = '" + event + "'");
        Answer broken = operator.get("/audit/verify").expect(200);
        assertFalse(broken.json().getBoolean("ok"));
        assertEquals(3, chain(broken, "acme").getInteger("broken_at"));
        assertTrue(chain(broken, "acme").getString("detail").contains(event));
        assertTrue(chain(broken, "globex").getBoolean("ok"));
        assertTrue(operator.get("/audit/verify?tenant=globex").json().getBoolean("ok"));
        operator.get("/audit/verify?tenant=nobody").expect(400);
        rows.change("UPDATE audit_events SET actor = 'operator' WHERE id = '" + event + "'");
        rows.change(
                "DELETE FROM audit_chain WHERE seq = 2 AND tenant_id = (SELECT id FROM tenants WHERE slug = 'acme')");
        assertEquals(2, chain(operator.get("/audit/verify"), "acme").getInteger("broken_at"));
    }

    @Test
    void anEventThatCommitsLateIsChainedLateAndNotSkipped() {
        tenant("initech");
        operator.get("/audit/verify?tenant=initech").expect(200);
        rows.change("INSERT INTO audit_events (tenant_id, id, at, actor, action) SELECT id,"
                + " '00000000-0000-7000-8000-000000000001', now() - interval '5 minutes', 'system', 'late.event'"
                + " FROM tenants WHERE slug = 'initech'");
        Answer verified = operator.get("/audit/verify?tenant=initech").expect(200);
        assertEquals(7, chain(verified, "initech").getInteger("events"));
        assertEquals(0, chain(verified, "initech").getInteger("pending"));
        assertTrue(verified.json().getBoolean("ok"));
    }

    @Test
    void eventsAreListedWithFiltersTheNewestFirst() {
        tenant("hooli");
        Answer first = operator.get("/tenants/hooli/audit-events?limit=4").expect(200);
        Answer second = operator.get("/tenants/hooli/audit-events?limit=4&cursor=" + first.text("next_cursor"))
                .expect(200);
        assertEquals(4, first.items().size());
        assertEquals(2, second.items().size());
        assertEquals("tenant.created", second.items().getJsonObject(1).getString("action"));
        assertEquals(
                6,
                operator.get("/tenants/hooli/audit-events?action=tenant")
                        .items()
                        .size());
        assertEquals(
                5,
                operator.get("/tenants/hooli/audit-events?action=tenant.updated")
                        .items()
                        .size());
        assertEquals(
                0,
                operator.get("/tenants/hooli/audit-events?action=tenant.up")
                        .items()
                        .size());
        assertEquals(
                6,
                operator.get("/tenants/hooli/audit-events?actor=operator&subject=tenant:hooli")
                        .items()
                        .size());
        String created = second.items().getJsonObject(1).getString("at");
        assertEquals(
                5,
                operator.get("/tenants/hooli/audit-events?action=tenant.updated&from=" + created)
                        .items()
                        .size());
        assertEquals(
                0,
                operator.get("/tenants/hooli/audit-events?to=" + created)
                        .items()
                        .size());
    }
}
