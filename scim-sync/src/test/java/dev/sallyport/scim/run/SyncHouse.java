package dev.sallyport.scim.run;

import static dev.sallyport.scim.Waiting.await;
import static dev.sallyport.scim.Waiting.until;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.TestDatabase;
import dev.sallyport.database.Uuid7;
import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.outbound.OutboundPolicy;
import dev.sallyport.scim.directory.Directories;
import dev.sallyport.scim.directory.DirectoryAuth;
import dev.sallyport.scim.directory.DirectoryChange;
import dev.sallyport.scim.directory.RowsPeople;
import dev.sallyport.scim.pull.PullClient;
import dev.sallyport.scim.pull.PullLimits;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.secret.MasterKey;
import dev.sallyport.tenant.secret.SealedSecrets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A database, a directory, and nodes that sync one with the other. */
final class SyncHouse {
    static final PullLimits LIMITS = new PullLimits(
            100, 3, 10_000, 1_000, 2, Duration.ofMillis(5), Duration.ofMillis(300), Duration.ofSeconds(20));
    static final SyncSettings SETTINGS = new SyncSettings(Duration.ofMillis(20), Duration.ofMillis(900), 4, 10, 4);

    /** One for all tests; each has tenants of its own, and jobs of other tests are not due. */
    private static final TestDatabase DATABASE = TestDatabase.fresh();

    final Vertx vertx = Vertx.vertx();
    final Database database = DATABASE.open(vertx);
    final FakeDirectory directory = FakeDirectory.start(vertx);
    final RowsPeople people = new RowsPeople(database);
    final Set<UserId> admins = ConcurrentHashMap.newKeySet();
    final SyncRuns runs = new SyncRuns(database);
    final OutboundPolicy policy = new OutboundPolicy(Set.of(directory.authority()));
    final OutboundGate gate = OutboundGate.create(vertx, policy);
    final SealedSecrets secrets = new SealedSecrets(database, MasterKey.of(TestDatabase.masterKey(), false));
    final Directories directories = new Directories(database, secrets, policy);
    private final List<SyncWorker> workers = new ArrayList<>();

    SyncWorker worker(RowsPeople hands) {
        PullClient client = new PullClient(vertx, gate, directories, database, LIMITS);
        SyncWorker worker = new SyncWorker(
                        vertx,
                        database,
                        directories,
                        client,
                        hands,
                        tenant -> Future.succeededFuture(Set.copyOf(admins)),
                        SETTINGS)
                .start();
        workers.add(worker);
        return worker;
    }

    void close() {
        workers.forEach(worker -> await(worker.stop()));
        directory.stop();
        await(gate.close());
        await(database.close());
        await(vertx.close());
    }

    /** An active tenant whose directory is ours; the clock does not start runs within a test. */
    TenantId tenant() {
        return tenant(new DirectoryChange(
                directory.base(),
                DirectoryAuth.bearer(),
                Optional.of(FakeDirectory.TOKEN),
                Optional.empty(),
                Duration.ofDays(7),
                50,
                0.1,
                true));
    }

    TenantId tenant(DirectoryChange change) {
        TenantId tenant = new TenantId(Uuid7.next());
        await(database.platform(
                "INSERT INTO tenants (id, slug, name, status, data_key) VALUES ($1, $2, 'Test', 'active', $3)",
                Tuple.of(
                        tenant.value(),
                        "t" + tenant.toString().replace("-", ""),
                        Buffer.buffer(secrets.newDataKey(tenant)))));
        await(directories.put(tenant, change, Optional.empty(), "operator"));
        await(database.platform(
                "UPDATE jobs SET due_at = now() + interval '7 days' WHERE tenant_id = $1", Tuple.of(tenant.value())));
        return tenant;
    }

    /** A full run, waited for. */
    SyncRun sync(TenantId tenant) {
        return sync(tenant, false);
    }

    SyncRun sync(TenantId tenant, boolean dryRun) {
        SyncRun queued = await(runs.queue(tenant, RunMode.FULL, dryRun, "operator"));
        return rest(tenant, queued.id());
    }

    /** The run as it is when nothing happens any more. */
    SyncRun rest(TenantId tenant, UUID run) {
        return until(vertx, () -> runs.find(tenant, run), found -> found.orElseThrow()
                        .state()
                        .isAtRest())
                .orElseThrow();
    }

    List<SyncFinding> findings(TenantId tenant, SyncRun run, String action) {
        return await(runs.findings(tenant, run.id(), Optional.empty(), 1000)).stream()
                .filter(finding -> finding.action().equals(action))
                .toList();
    }

    /** Resource ids of everybody who has access. */
    Set<String> active(TenantId tenant) {
        return column(tenant, """
                SELECT d.resource_id AS v FROM directory_accounts d JOIN users u ON u.tenant_id = $1 AND u.id = d.user_id
                WHERE d.tenant_id = $1 AND u.status = 'active'""");
    }

    /** Names of the groups a person is in. */
    Set<String> groupsOf(TenantId tenant, String resourceId) {
        return column(tenant, """
                SELECT g.value AS v FROM directory_accounts d
                JOIN memberships m ON m.tenant_id = $1 AND m.user_id = d.user_id
                JOIN groups g ON g.tenant_id = $1 AND g.id = m.group_id
                WHERE d.tenant_id = $1 AND d.resource_id = '%s'""".formatted(resourceId));
    }

    UserId user(TenantId tenant, String resourceId) {
        Row row = await(database.tenants()
                        .query(
                                tenant,
                                "SELECT user_id FROM directory_accounts WHERE tenant_id = $1 AND resource_id = $2",
                                Tuple.of(tenant.value(), resourceId)))
                .iterator()
                .next();
        return new UserId(row.getUUID("user_id"));
    }

    void execute(TenantId tenant, String sql, Object... more) {
        Tuple arguments = Tuple.of(tenant.value());
        for (Object one : more) {
            arguments.addValue(one);
        }
        await(database.tenants().query(tenant, sql, arguments));
    }

    Set<String> column(TenantId tenant, String sql) {
        Set<String> values = new TreeSet<>();
        await(database.tenants().query(tenant, sql, Tuple.of(tenant.value())))
                .forEach(row -> values.add(row.getString("v")));
        return values;
    }
}
