package dev.sallyport.tenant.setup;

import static dev.sallyport.outbound.Waiting.await;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.TestDatabase;
import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.outbound.OutboundPolicy;
import dev.sallyport.roles.CatalogueEntry;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.Role;
import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantRegistry;
import dev.sallyport.tenant.connection.ClientProof;
import dev.sallyport.tenant.connection.ConnectionChecks;
import dev.sallyport.tenant.connection.ConnectionKeys;
import dev.sallyport.tenant.connection.ConnectionTests;
import dev.sallyport.tenant.connection.ConnectionTests.Kind;
import dev.sallyport.tenant.connection.Connections;
import dev.sallyport.tenant.connection.ProviderDocuments;
import dev.sallyport.tenant.connection.ProviderWatch;
import dev.sallyport.tenant.connection.Providers;
import dev.sallyport.tenant.connection.TokenPlace;
import dev.sallyport.tenant.domain.Domains;
import dev.sallyport.tenant.mapping.Catalogues;
import dev.sallyport.tenant.mapping.RoleMappings;
import dev.sallyport.tenant.page.Pages;
import dev.sallyport.tenant.secret.MasterKey;
import dev.sallyport.tenant.secret.SealedSecrets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.StreamSupport;

/** Everything of this module on a real database and a real listener; what lives in other modules is played. */
public final class House implements AutoCloseable {
    public final Vertx vertx = Vertx.vertx();
    public final TestDatabase testDatabase = TestDatabase.fresh();
    public final Database database = testDatabase.open(vertx);
    public final PlayedIdp idp = new PlayedIdp(vertx);
    public final ConfigCache cache = await(ConfigCache.start(vertx, database));
    public final SealedSecrets secrets = new SealedSecrets(database, MasterKey.of(TestDatabase.masterKey(), false));
    public final TenantRegistry tenants = new TenantRegistry(database, secrets, cache);
    public final OutboundGate gate = OutboundGate.create(vertx, new OutboundPolicy(Set.of(idp.authority())));
    /** Whose sessions were ended, and why. */
    public final List<String> ended = new CopyOnWriteArrayList<>();

    public final Connections connections =
            new Connections(database, secrets, cache, gate.policy(), (tx, tenant, connection, cause, actor) -> {
                ended.add(connection + " " + cause);
                return Future.succeededFuture(0);
            });
    public final ConnectionTests tests = new ConnectionTests(database);
    public final Providers providers = new Providers(gate, Clock.systemUTC(), new ProviderDocuments(database));
    public final ProviderWatch watch = new ProviderWatch(vertx, database, providers, connections);
    public final ConnectionKeys connectionKeys = new ConnectionKeys(vertx, database, secrets, cache, Optional.empty());
    public final ClientProof proof =
            new ClientProof(connections, connectionKeys, new TokenPlace(database), Clock.systemUTC());
    /** Seconds that somebody who has had too many checks is told to wait; 0 lets everybody check. */
    public volatile int checkWait;

    public final ConnectionChecks checks = new ConnectionChecks(providers, tests, proof, tenant -> checkWait);
    public final Catalogues catalogues = new Catalogues(database, cache);
    public final RoleMappings mappings = new RoleMappings(vertx, database, cache, catalogues, Clock.systemUTC());
    public final Map<String, List<String>> dns = new ConcurrentHashMap<>();
    public final Domains domains =
            new Domains(database, name -> Future.succeededFuture(dns.getOrDefault(name, List.of())), Clock.systemUTC());
    public final PlayedPush push = new PlayedPush();
    public final Map<TenantId, DirectorySettings.Wanted> directories = new ConcurrentHashMap<>();
    public volatile JsonObject testResult = new JsonObject()
            .put("subject", "248289761001")
            .put("email", "dana@acme.example")
            .put(
                    "groups",
                    new JsonArray()
                            .add("Engineering, Platform")
                            .add("acme-admins")
                            .add("Everyone"))
            .put("permissions", new JsonArray())
            .put("roles", new JsonArray())
            .put(
                    "claims",
                    new JsonObject()
                            .put("sub", "248289761001")
                            .put("email", "dana@acme.example")
                            .put("name", "Dana Okafor")
                            .put("<b>", "<script>"))
            .put("outcome", "would be created");

    public final HttpServer server;
    public final String publicUrl;
    public final SetupLinks links;

    public House() {
        Router router = Router.router(vertx);
        server = await(vertx.createHttpServer(new io.vertx.core.http.HttpServerOptions().setMaxFormFields(1024))
                .requestHandler(router)
                .listen(0, "127.0.0.1"));
        publicUrl = "http://127.0.0.1:" + server.actualPort();
        links = new SetupLinks(database, tenants, publicUrl);
        Pages pages = new Pages(publicUrl);
        pages.mount(router);
        new SetupPages(new SetupParts(
                        publicUrl,
                        database,
                        cache,
                        tenants,
                        links,
                        connections,
                        tests,
                        checks,
                        catalogues,
                        mappings,
                        domains,
                        new PlayedDirectories(),
                        push,
                        this::playedSignIn,
                        (tenant, actor) -> Future.succeededFuture(tx -> tx.preparedQuery(
                                        "INSERT INTO signing_keys (tenant_id, kid, alg, public_jwk, state) VALUES ($1, 'k1', 'ES256', '{}', 'active')"
                                                + " ON CONFLICT DO NOTHING")
                                .execute(Tuple.of(tenant.id().value()))
                                .mapEmpty()),
                        pages,
                        Clock.systemUTC()))
                .mount(router);
    }

    /** A tenant that waits for its setup. */
    public Tenant tenant(String slug) {
        return await(tenants.create(
                slug, Character.toUpperCase(slug.charAt(0)) + slug.substring(1) + " Inc.", "shared", "operator"));
    }

    /** A small catalogue: viewer, editor, admin. */
    public void catalogue() {
        await(catalogues.putPermissions(
                List.of(
                        CatalogueEntry.of("invoice:read", "Read invoices."),
                        CatalogueEntry.of("invoice:write", "Write invoices."),
                        CatalogueEntry.platform("platform:operate", "Operate the platform.")),
                "operator"));
        await(catalogues.putRole(role("viewer", "May look.", "invoice:read"), Optional.empty(), "operator"));
        await(catalogues.putRole(
                role("editor", "May change.", "invoice:read", "invoice:write"), Optional.empty(), "operator"));
        await(catalogues.putRole(role("admin", "Runs the tenant.", "tenant:admin"), Optional.empty(), "operator"));
    }

    public static Role role(String name, String description, String... permissions) {
        return Role.of(name, List.of(permissions).stream().map(Permission::new).toList(), description);
    }

    /** A link for everything. */
    public NewSetupLink link(Tenant tenant, SetupPurpose... purposes) {
        Set<SetupPurpose> all =
                purposes.length == 0 ? EnumSet.complementOf(EnumSet.of(SetupPurpose.BREAK_GLASS)) : Set.of(purposes);
        return await(links.create(tenant, LinkWanted.of(all), "operator"));
    }

    /** The audit log of a tenant as "action cause". */
    public List<String> audit(TenantId tenant) {
        return rows(
                        tenant,
                        "SELECT action || ' ' || cause AS line FROM audit_events WHERE tenant_id = $1 ORDER BY at, id")
                .stream()
                .map(row -> row.getString("line").strip())
                .toList();
    }

    /** All rows of a statement whose only argument is the tenant. */
    public List<Row> rows(TenantId tenant, String sql) {
        return await(database.tenants()
                .query(tenant, sql, Tuple.of(tenant.value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false).toList()));
    }

    private Future<TestDeparture> playedSignIn(
            Tenant tenant, dev.sallyport.tenant.connection.Connection connection, String returnTo) {
        return providers.metadata(tenant.id(), connection).compose(metadata -> tests.record(
                        tenant.id(), connection.id(), Kind.SIGN_IN, !testResult.containsKey("problem"), testResult)
                .map(new TestDeparture(
                        metadata.authorizationEndpoint() + "?return=" + returnTo,
                        List.of(Cookie.cookie("browser", "binding")))));
    }

    /** What the last reading that changes nothing has found. */
    public final Map<TenantId, DirectorySettings.Tried> tried = new ConcurrentHashMap<>();

    private final class PlayedDirectories implements DirectorySettings {
        @Override
        public Future<Boolean> tryOut(TenantId tenant, String actor) {
            Tried begun = new Tried(false, "", 0, 0, 0, java.time.Instant.now());
            return Future.succeededFuture(tried.putIfAbsent(tenant, begun) == null);
        }

        @Override
        public Future<Optional<Tried>> tried(TenantId tenant) {
            return Future.succeededFuture(Optional.ofNullable(tried.get(tenant)));
        }

        @Override
        public Future<Optional<Current>> current(TenantId tenant) {
            return Future.succeededFuture(Optional.ofNullable(directories.get(tenant))
                    .map(w -> new Current(w.baseUrl(), true, w.maxRemovals(), w.maxRemovalRatio())));
        }

        @Override
        public Future<Void> save(TenantId tenant, Wanted wanted, String actor) {
            if (wanted.baseUrl().contains("127.0.0.1")) {
                return Future.failedFuture(
                        new Refused(List.of(new Violation("base_url", "This address may not be called."))));
            }
            directories.put(tenant, wanted);
            return Future.succeededFuture();
        }
    }

    @Override
    public void close() {
        await(cache.close());
        await(database.close());
        await(vertx.close());
    }
}
