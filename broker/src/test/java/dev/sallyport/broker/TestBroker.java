package dev.sallyport.broker;

import dev.sallyport.broker.application.Application;
import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.config.Cidr;
import dev.sallyport.broker.config.Settings;
import dev.sallyport.broker.offboarding.Closing;
import dev.sallyport.broker.offboarding.Receipt;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.database.DatabaseUrl;
import dev.sallyport.database.TestDatabase;
import dev.sallyport.roles.CatalogueEntry;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.MappingRule;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.Role;
import dev.sallyport.scim.directory.Cause;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantChange;
import dev.sallyport.tenant.TenantStatus;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionSettings;
import dev.sallyport.tenant.connection.ConnectionStatus;
import dev.sallyport.tenant.secret.MasterKey;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A real broker on a real database, with the ways to furnish it that tests need. Several nodes may run on one database. */
public final class TestBroker implements AutoCloseable {
    /** The operator's bearer. */
    public static final String OPERATOR = "test-operator-token-0123456789-abcdefghij";

    private static final byte[] MASTER_KEY =
            "a master key of exactly 32 bytes".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    public final Vertx vertx;
    public final TestDatabase database;
    public final String publicUrl;
    public final int port;
    private final Ground ground;
    private final Server server;
    private final boolean ownsVertx;

    private TestBroker(
            Vertx vertx,
            TestDatabase database,
            String publicUrl,
            int port,
            Ground ground,
            Server server,
            boolean ownsVertx) {
        this.vertx = vertx;
        this.database = database;
        this.publicUrl = publicUrl;
        this.port = port;
        this.ground = ground;
        this.server = server;
        this.ownsVertx = ownsVertx;
    }

    /** A broker on a fresh database that may call these loopback addresses. */
    public static TestBroker start(String... outboundAllow) {
        return startBehind(List.of(), outboundAllow);
    }

    /** The same behind proxies that it believes. */
    public static TestBroker startBehind(List<Cidr> proxies, String... outboundAllow) {
        int port = freePort();
        return node(
                Vertx.vertx(), TestDatabase.empty(), "http://127.0.0.1:" + port, port, true, proxies, outboundAllow);
    }

    /** Another node on the same database, behind the same public URL. */
    public TestBroker anotherNode(String... outboundAllow) {
        return node(Vertx.vertx(), database, publicUrl, freePort(), true, List.of(), outboundAllow);
    }

    private static TestBroker node(
            Vertx vertx,
            TestDatabase database,
            String publicUrl,
            int port,
            boolean ownsVertx,
            List<Cidr> proxies,
            String... allow) {
        Settings settings = new Settings(
                publicUrl,
                "127.0.0.1",
                port,
                0,
                Optional.of(DatabaseUrl.parse(database.setting())),
                Path.of("target"),
                Optional.of(OPERATOR),
                Optional.of(MasterKey.of(MASTER_KEY, false)),
                Set.of(allow),
                proxies,
                8,
                true,
                java.time.Duration.ofDays(90));
        Ground ground = Ground.prepare(settings, true);
        Server server =
                await(Server.start(settings, vertx, ground, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)));
        return new TestBroker(vertx, database, publicUrl, port, ground, server, ownsVertx);
    }

    /** The parts, for what has no address. */
    Parts parts() {
        return server.parts();
    }

    /** The issuer of a tenant. */
    public String issuer(String tenant) {
        return publicUrl + "/t/" + tenant;
    }

    /** A live tenant whose people sign in through the given provider as client {@code sallyport}; its group {@code staff} may read. */
    public Tenant liveTenant(String slug, EvilIdp idp) {
        Parts parts = parts();
        Tenant tenant = await(parts.tenants.create(slug, slug + " Inc.", "shared", "test"));
        Connection connection = connect(tenant, idp, "sallyport");
        await(parts.keys
                .prepare(tenant, "test")
                .compose(ready -> parts.database.tenants().transaction(tenant.id(), tx -> ready.write(tx)
                        .compose(v -> parts.tenants.activate(tx, tenant.id(), "test")))));
        parts.cache.dropAll();
        map(tenant, connection, "staff", "reader");
        return await(parts.tenants.byId(tenant.id())).orElseThrow();
    }

    /** An active connection of a tenant. */
    public Connection connect(Tenant tenant, EvilIdp idp, String clientId) {
        return connect(
                tenant,
                ConnectionSettings.of("IdP of " + tenant.slug(), idp.issuer(), clientId, Optional.of(EvilIdp.SECRET)));
    }

    /** An active connection of a tenant, as it is asked for. */
    public Connection connect(Tenant tenant, ConnectionSettings settings) {
        Parts parts = parts();
        Connection draft = await(parts.connections.create(tenant.id(), settings, "test"));
        return await(parts.connections.setStatus(
                        tenant.id(), draft.id(), ConnectionStatus.ACTIVE, Optional.empty(), "test"))
                .orElseThrow();
    }

    /** Has a connection ask its provider on refresh, at most so often; empty: never. */
    public void liveness(Tenant tenant, Connection connection, Optional<java.time.Duration> every) {
        ConnectionSettings settings =
                ConnectionSettings.of(connection).change().liveness(every).build();
        await(parts().connections.update(tenant.id(), connection.id(), settings, Optional.empty(), "test"));
    }

    /** Leads a connection to another provider. */
    public void move(Tenant tenant, Connection connection, EvilIdp to, String secret) {
        ConnectionSettings settings =
                ConnectionSettings.of(connection).towards(to.issuer(), connection.clientId(), Optional.of(secret));
        await(parts().connections.update(tenant.id(), connection.id(), settings, Optional.empty(), "test"));
    }

    /** Has this node tidy up after a tenant, as housekeeping does every ten minutes. */
    public void tidyGrants(Tenant tenant) {
        await(parts().grants.tidy(tenant.id()));
    }

    /** The tenant as it is now. */
    public Tenant tenant(String slug) {
        return await(parts().tenants.bySlug(slug)).orElseThrow();
    }

    /** The connections of a tenant, the oldest first. */
    public List<Connection> connections(Tenant tenant) {
        return await(parts().connections.list(tenant.id()));
    }

    /** Changes a connection as an admin does. */
    public Connection change(
            Tenant tenant, Connection connection, java.util.function.UnaryOperator<ConnectionSettings.Change> change) {
        ConnectionSettings settings =
                change.apply(ConnectionSettings.of(connection).change()).build();
        return await(parts().connections.update(tenant.id(), connection.id(), settings, Optional.empty(), "test"))
                .orElseThrow();
    }

    /** Replaces the key by which a connection is a client of its IdP. */
    public void rotateKey(Tenant tenant, Connection connection, java.time.Duration ahead) {
        await(parts().connectionKeys.rotate(tenant.id(), connection, ahead, "test"));
    }

    /** Has this node look at a tenant's providers, as it does in the background every ten minutes. */
    public void lookAtProviders(Tenant tenant) {
        parts().cache.dropAll();
        await(parts().providerWatch.look(tenant.id()));
        parts().cache.dropAll();
    }

    /** Has this node read all configuration anew. */
    public void forgetConfiguration() {
        parts().cache.dropAll();
    }

    /** Switches a connection off. */
    public void disable(Tenant tenant, Connection connection) {
        status(tenant, connection, ConnectionStatus.DISABLED);
    }

    /** Switches a connection on. */
    public void activate(Tenant tenant, Connection connection) {
        status(tenant, connection, ConnectionStatus.ACTIVE);
    }

    private void status(Tenant tenant, Connection connection, ConnectionStatus status) {
        await(parts().connections.setStatus(tenant.id(), connection.id(), status, Optional.empty(), "test"));
    }

    /** Suspends a tenant, or makes it live again. */
    public void status(Tenant tenant, TenantStatus status) {
        await(parts().tenants.update(tenant.id(), TenantChange.status(status), Optional.empty(), "test"));
    }

    /** Adds a rule to the tenant's mapping. */
    public void map(Tenant tenant, Connection connection, String group, String role) {
        Parts parts = parts();
        List<MappingRule> rules = new java.util.ArrayList<>(
                await(parts.mappings.load(tenant.id())).mapping().rules());
        rules.add(MappingRule.of(
                java.util.UUID.randomUUID().toString(),
                GroupSource.connection(connection.id().toString()),
                group,
                role));
        await(parts.mappings.save(tenant.id(), rules, Optional.empty(), "test"));
    }

    /** The catalogue {@code reports:read}, {@code reports:write}, {@code tenant:admin} with the roles {@code reader}, {@code writer}, {@code admin}. */
    public void catalogue() {
        Parts parts = parts();
        await(parts.catalogues.putPermissions(
                List.of(
                        CatalogueEntry.of("reports:read", "Read reports"),
                        CatalogueEntry.of("reports:write", "Write reports"),
                        CatalogueEntry.of(Permission.TENANT_ADMIN.name(), "Administer the tenant")),
                "test"));
        await(parts.catalogues.putRole(Role.of("reader", permissions("reports:read"), ""), Optional.empty(), "test"));
        await(parts.catalogues.putRole(
                Role.of("writer", permissions("reports:read", "reports:write"), ""), Optional.empty(), "test"));
        await(parts.catalogues.putRole(
                Role.of("admin", permissions(Permission.TENANT_ADMIN.name()), ""), Optional.empty(), "test"));
    }

    private static List<Permission> permissions(String... names) {
        return java.util.Arrays.stream(names).map(Permission::new).toList();
    }

    /** A confidential web application; answers its secret. */
    public String application(String clientId, String redirectUri, Optional<String> backchannel) {
        Application application = new Application(
                clientId,
                clientId,
                "web",
                List.of(redirectUri),
                List.of(redirectUri + "/bye"),
                backchannel,
                "https://" + clientId + ".example",
                false,
                "client_secret_basic",
                com.nimbusds.jose.JWSAlgorithm.ES256,
                List.of(),
                Instant.now(),
                1);
        return await(parts().applications.register(application, "test"))
                .secret()
                .orElseThrow();
    }

    /** A public application. */
    public void publicApplication(String clientId, String redirectUri) {
        Application application = new Application(
                clientId,
                clientId,
                "spa",
                List.of(redirectUri),
                List.of(),
                Optional.empty(),
                "https://" + clientId + ".example",
                false,
                "none",
                com.nimbusds.jose.JWSAlgorithm.ES256,
                List.of(),
                Instant.now(),
                1);
        await(parts().applications.register(application, "test"));
    }

    /** Enables an application in a tenant. */
    public void enable(Tenant tenant, String clientId) {
        Applications applications = parts().applications;
        await(applications.enable(tenant, await(applications.find(clientId)).orElseThrow(), Optional.empty(), "test"));
    }

    /** Turns a person off, as an operator would. */
    public Optional<Receipt> offboard(Tenant tenant, UserId user, String reason) {
        return await(parts().offboarding
                .close(tenant, user, new Closing(Closing.Kind.OFFBOARD, "admin", "operator", reason)));
    }

    /** Turns a person off as a sync run does that has found them missing. */
    public void vanish(Tenant tenant, UserId user) {
        await(parts().directoryDoor
                .remove(tenant.id(), user, new Cause(Cause.DIRECTORY_ABSENT, "sync:test", "missing")));
    }

    /** Writes the uses of API keys that this node has gathered. */
    public void flushKeyUses() {
        await(parts().keyUses.flush());
    }

    /** Lets a person back in. */
    public boolean reopen(Tenant tenant, UserId user) {
        return await(parts().offboarding.reopen(tenant, user, "admin", "operator"));
    }

    /** The key that a tenant signs with now, private part and all, as a thief would have it. */
    public com.nimbusds.jose.jwk.JWK stolenKey(Tenant tenant) {
        return await(parts().keys.of(tenant.id()))
                .signing(com.nimbusds.jose.JWSAlgorithm.ES256)
                .orElseThrow()
                .jwk();
    }

    /** Has this node look after a tenant's signing keys, as housekeeping does every ten minutes. */
    public void advanceKeys(Tenant tenant) {
        await(parts().keyRotation.advance(tenant.id()));
    }

    /** How many pollers of revocation feeds wait at this node. */
    public int waitingPollers() {
        return parts().feed.waiting();
    }

    /** A receipt as it is now. */
    public Receipt receipt(Tenant tenant, java.util.UUID id) {
        return await(parts().offboarding.receipt(tenant.id(), id)).orElseThrow();
    }

    /** An ID token with any claims, signed by the tenant as it signs its own. */
    public String idToken(Tenant tenant, io.vertx.core.json.JsonObject claims) {
        var key = await(parts().keys.of(tenant.id()))
                .signing(com.nimbusds.jose.JWSAlgorithm.ES256)
                .orElseThrow();
        return EvilIdp.sign(
                new com.nimbusds.jose.JWSHeader.Builder(com.nimbusds.jose.JWSAlgorithm.ES256)
                        .type(com.nimbusds.jose.JOSEObjectType.JWT)
                        .keyID(key.jwk().getKeyID())
                        .build(),
                claims,
                key.jwk().toECKey());
    }

    /** The same browser with this node behind the balancer. */
    public Browser through(Browser browser) {
        return browser.through(java.net.URI.create(publicUrl).getRawAuthority(), "127.0.0.1:" + port);
    }

    /** Waits for a result; at most half a minute. */
    public static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        await(server.stop());
        if (ownsVertx) {
            await(vertx.close());
        }
        ground.close();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
