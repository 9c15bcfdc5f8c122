package dev.sallyport.broker.admin;

import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Two live tenants, acme and globex, on a real broker. In each the group {@code admins} administers and writes reports, {@code keepers} only
 * administers, {@code staff} reads.
 */
public final class AdminHouse implements AutoCloseable {
    private static final String REDIRECT = "https://ledger.example/callback";

    public final Vertx vertx = Vertx.vertx();
    public final EvilIdp idp = EvilIdp.start(vertx);
    public final TestBroker broker = TestBroker.start(idp.hostPort());
    public final AdminCaller operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
    private final String secret;

    private AdminHouse() {
        broker.catalogue();
        secret = broker.application("ledger", REDIRECT, Optional.empty());
        for (String slug : List.of("acme", "globex")) {
            Tenant tenant = broker.liveTenant(slug, idp);
            broker.enable(tenant, "ledger");
            map(slug);
        }
    }

    public static AdminHouse open() {
        return new AdminHouse();
    }

    /** The id of a tenant's only connection. */
    public String connection(String tenant) {
        return operator.get("/tenants/" + tenant + "/connections")
                .expect(200)
                .items()
                .getJsonObject(0)
                .getString("id");
    }

    /** Signs a person in; answers their access token. */
    public String token(String tenant, String person, String... groups) {
        idp.person = new JsonObject()
                .put("sub", person)
                .put("email", person + "@" + tenant + ".example")
                .put("email_verified", true)
                .put("name", person)
                .put("preferred_username", person + "@" + tenant + ".example")
                .put("groups", new JsonArray(List.of(groups)));
        Relying app = new Relying(broker.issuer(tenant), "ledger", secret, REDIRECT);
        return app.tokens(new Browser()).getString("access_token");
    }

    /** An admin of a tenant at the admin API. */
    public AdminCaller admin(String tenant, String person) {
        return operator.as(token(tenant, person, "admins"));
    }

    /** The id of a person by the name that {@link #token} gives them. */
    public String user(String tenant, String person) {
        return operator.get("/tenants/" + tenant + "/users?email=" + person + "%40" + tenant + ".example")
                .expect(200)
                .items()
                .getJsonObject(0)
                .getString("id");
    }

    /** Waits until something is there, at most ten seconds. */
    public static <T> T eventually(Supplier<Optional<T>> look) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (System.nanoTime() < end) {
            Optional<T> found = look.get();
            if (found.isPresent()) {
                return found.get();
            }
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
        }
        throw new AssertionError("it did not come to be within ten seconds");
    }

    private void map(String tenant) {
        String connection = connection(tenant);
        JsonArray rules = new JsonArray()
                .add(rule(connection, "staff", "reader"))
                .add(rule(connection, "admins", "admin", "writer"))
                .add(rule(connection, "keepers", "admin"));
        operator.put("/tenants/" + tenant + "/role-mapping", new JsonObject().put("rules", rules))
                .expect(200);
    }

    static JsonObject rule(String source, String group, String... roles) {
        return new JsonObject().put("source", source).put("group", group).put("roles", new JsonArray(List.of(roles)));
    }

    @Override
    public void close() {
        broker.close();
        idp.close();
        vertx.close();
    }
}
