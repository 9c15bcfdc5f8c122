package dev.sallyport.broker.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.outside.Await;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A broker with many tenants, each with a provider that does as it likes, and one that is honest. */
final class Rogues implements AutoCloseable {
    /** The tenant whose provider is honest. */
    static final String HONEST = "honest";

    static final String REDIRECT = "https://ledger.example/callback";

    final Vertx vertx;
    final TestBroker broker;
    final Rows rows;
    final AdminCaller operator;
    private final Map<String, EvilIdp> idps = new LinkedHashMap<>();
    private final Map<String, Tenant> tenants = new LinkedHashMap<>();
    private final String secret;

    /**
     * Tenants of these names, live and never yet signed in to.
     *
     * @param allowed addresses that may be called besides the providers
     */
    Rogues(Vertx vertx, List<String> names, String... allowed) {
        this.vertx = vertx;
        Stream.concat(names.stream(), Stream.of(HONEST)).forEach(name -> idps.put(name, EvilIdp.start(vertx)));
        broker = TestBroker.start(Stream.concat(idps.values().stream().map(EvilIdp::hostPort), Stream.of(allowed))
                .toArray(String[]::new));
        rows = new Rows(broker);
        operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        broker.catalogue();
        secret = broker.application("ledger", REDIRECT, Optional.empty());
        idps.forEach((name, idp) -> {
            Tenant tenant = broker.liveTenant(name, idp);
            broker.enable(tenant, "ledger");
            tenants.put(name, tenant);
        });
    }

    EvilIdp idp(String name) {
        return idps.get(name);
    }

    Tenant tenant(String name) {
        return tenants.get(name);
    }

    Relying app(String name) {
        return new Relying(broker.issuer(name), "ledger", secret, REDIRECT);
    }

    /** Tries to sign in, hears no, looks whether anything was left behind, and answers the reason in the audit log. */
    String refused(String name) {
        Rows.Counts before = rows.counts();
        Browser browser = new Browser();
        Browser.Answer back = app(name).signIn(browser);
        assertEquals(303, back.status(), name + ": " + back);
        assertNotNull(back.location(), name);
        assertTrue(back.location().startsWith(REDIRECT + "?"), name + ": " + back);
        assertNull(back.parameter("code"), name);
        assertNotNull(back.parameter("error"), name);
        assertFalse(
                browser.cookies().getCookieStore().getCookies().stream()
                        .anyMatch(c -> c.getName().contains("session")),
                name);
        assertEquals(before, rows.counts(), name);
        List<String> events =
                rows.texts("SELECT cause FROM audit_events WHERE action = 'sign_in.failed' AND tenant_id = '"
                        + tenants.get(name).id() + "' ORDER BY at DESC, id DESC");
        assertFalse(events.isEmpty(), name + ": no audit event");
        return events.get(0);
    }

    /** The honest tenant's people can sign in. */
    void honestSignIn() {
        assertNotNull(app(HONEST).tokens(new Browser()).getString("access_token"));
    }

    /** Attaches a directory at the tenant's provider. */
    void directory(String name) {
        operator.put(
                        "/tenants/" + name + "/directory",
                        new JsonObject()
                                .put("kind", "scim")
                                .put("base_url", idp(name).issuer() + "/scim/v2")
                                .put(
                                        "auth",
                                        new JsonObject().put("type", "bearer").put("token", "directory-canary")))
                .expect(201);
    }

    /** Reads the tenant's directory; answers the run when nothing happens any more. */
    JsonObject pull(String name) {
        String path = "/tenants/" + name + "/sync-runs/"
                + operator.post("/tenants/" + name + "/sync-runs", new JsonObject().put("mode", "full"))
                        .expect(202)
                        .text("id");
        Set<String> atRest = Set.of("failed", "done", "held");
        assertTrue(Await.within(
                Duration.ofSeconds(30),
                () -> atRest.contains(operator.get(path).expect(200).text("state"))));
        return operator.get(path).json();
    }

    @Override
    public void close() {
        broker.close();
        idps.values().forEach(EvilIdp::close);
    }
}
