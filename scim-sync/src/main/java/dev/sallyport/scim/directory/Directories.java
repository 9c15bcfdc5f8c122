package dev.sallyport.scim.directory;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundPolicy;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.SealedSecrets;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;

/** The settings of each tenant's directory, with the secret sealed. */
public final class Directories {
    private static final String SECRET_ROW = "directories/auth_secret";

    private static final String COLUMNS = """
            tenant_id, kind, base_url, auth_type, auth_settings, auth_secret, connection_id, interval_seconds, max_removals,
            max_removal_ratio, enabled, last_full_read_at, updated_at, version""";

    private static final String FIND = "SELECT " + COLUMNS + " FROM directories WHERE tenant_id = $1";

    private static final String WRITE = """
            INSERT INTO directories AS d (tenant_id, base_url, auth_type, auth_settings, auth_secret, connection_id, interval_seconds,
              max_removals, max_removal_ratio, enabled)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (tenant_id) DO UPDATE SET
              base_url = excluded.base_url, auth_type = excluded.auth_type, auth_settings = excluded.auth_settings,
              auth_secret = excluded.auth_secret, connection_id = excluded.connection_id,
              interval_seconds = excluded.interval_seconds, max_removals = excluded.max_removals,
              max_removal_ratio = excluded.max_removal_ratio, enabled = excluded.enabled, updated_at = now(), version = d.version + 1
            RETURNING""" + " " + COLUMNS;

    // The first run comes at a moment of its own, so that a restart does not make all tenants read at once.
    private static final String SCHEDULE = """
            INSERT INTO jobs (tenant_id, kind, key, due_at) VALUES ($1, 'sync', '', now() + make_interval(secs => $2::integer * random()))
            ON CONFLICT (tenant_id, kind, key) DO UPDATE SET due_at = least(jobs.due_at, excluded.due_at)""";

    private final Database database;
    private final SealedSecrets secrets;
    private final OutboundPolicy policy;

    /** Works on this database; addresses are judged by the policy when they are written. */
    public Directories(Database database, SealedSecrets secrets, OutboundPolicy policy) {
        this.database = database;
        this.secrets = secrets;
        this.policy = policy;
    }

    /** The tenant's directory, if it has one. */
    public Future<Optional<Directory>> find(TenantId tenant) {
        return database.tenants()
                .query(tenant, FIND, Tuple.of(tenant.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(directory(rows.iterator().next())));
    }

    /**
     * Sets the directory up or changes it, and schedules its next run. Where an address changes, the secret has to be given again: it was
     * meant for the old one.
     *
     * @param ifVersion the version the change was made for, if the caller insists. Fails with {@link VersionChanged}, with
     *     {@link InvalidDirectory} or with {@link OutboundRefused} if an address may not be called
     */
    public Future<Directory> put(TenantId tenant, DirectoryChange change, Optional<Long> ifVersion, String actor) {
        try {
            policy.check(change.baseUrl());
            if (!change.auth().tokenUrl().isEmpty()) {
                policy.check(change.auth().tokenUrl());
            }
        } catch (OutboundRefused refused) {
            return Future.failedFuture(refused);
        }
        Future<byte[]> sealed = change.secret().isPresent()
                ? secrets.seal(tenant, SECRET_ROW, change.secret().get())
                : Future.succeededFuture(new byte[0]);
        return sealed.compose(secret -> database.tenants()
                        .transaction(tenant, tx -> lock(tx, tenant).compose(before -> {
                            check(before, change, ifVersion);
                            byte[] kept = secret.length > 0
                                    ? secret
                                    : before.orElseThrow()
                                            .getBuffer("auth_secret")
                                            .getBytes();
                            return write(tx, tenant, change, kept, actor, before.isPresent());
                        })))
                .recover(e -> Future.failedFuture(
                        Database.violates(e, "directories_tenant_id_connection_id_fkey")
                                ? new InvalidDirectory("connection", "is no connection's id")
                                : e));
    }

    /** Forgets the directory and its secret; people stay as they are. False if there is none. */
    public Future<Boolean> delete(TenantId tenant, String actor) {
        return database.tenants()
                .transaction(tenant, tx -> tx.preparedQuery("DELETE FROM directories WHERE tenant_id = $1")
                        .execute(Tuple.of(tenant.value()))
                        .compose(rows -> rows.rowCount() == 0
                                ? Future.succeededFuture(false)
                                : AuditTrail.append(tx, tenant, AuditEvent.of(actor, "directory.deleted", "directory"))
                                        .map(true)));
    }

    /** Opens the secret for a call that is about to be made. */
    public Future<String> secret(TenantId tenant) {
        return database.tenants()
                .query(tenant, "SELECT auth_secret FROM directories WHERE tenant_id = $1", Tuple.of(tenant.value()))
                .compose(rows -> rows.size() == 0
                        ? Future.failedFuture(new IllegalStateException("the tenant has no directory any more"))
                        : secrets.openText(
                                tenant,
                                SECRET_ROW,
                                rows.iterator().next().getBuffer("auth_secret").getBytes()));
    }

    private static Future<Optional<Row>> lock(SqlConnection tx, TenantId tenant) {
        return tx.preparedQuery(FIND + " FOR UPDATE")
                .execute(Tuple.of(tenant.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next()));
    }

    private static void check(Optional<Row> before, DirectoryChange change, Optional<Long> ifVersion) {
        long version = before.map(row -> row.getLong("version")).orElse(0L);
        if (ifVersion.isPresent() && ifVersion.get() != version) {
            throw new VersionChanged();
        }
        if (change.secret().isPresent()) {
            return;
        }
        String field = "auth." + change.auth().type().secretField();
        if (before.isEmpty()) {
            throw new InvalidDirectory(field, "is required");
        }
        Directory old = directory(before.get());
        if (!old.baseUrl().equals(change.baseUrl())
                || !old.auth().tokenUrl().equals(change.auth().tokenUrl())
                || old.auth().type() != change.auth().type()) {
            throw new InvalidDirectory(
                    field, "is required again, because the address or the kind of credential changed");
        }
    }

    private static Future<Directory> write(
            SqlConnection tx, TenantId tenant, DirectoryChange change, byte[] secret, String actor, boolean existed) {
        Tuple arguments = Tuple.tuple()
                .addUUID(tenant.value())
                .addString(change.baseUrl())
                .addString(change.auth().type().word())
                .addJsonObject(change.auth().settings())
                .addBuffer(Buffer.buffer(secret))
                .addUUID(change.connection().map(ConnectionId::value).orElse(null))
                .addInteger((int) change.interval().toSeconds())
                .addInteger(change.maxRemovals())
                .addDouble(change.maxRemovalRatio())
                .addBoolean(change.enabled());
        return tx.preparedQuery(WRITE)
                .execute(arguments)
                .map(rows -> directory(rows.iterator().next()))
                .compose(written -> AuditTrail.append(
                                tx,
                                tenant,
                                AuditEvent.of(actor, existed ? "directory.updated" : "directory.created", "directory")
                                        .with(written.json()
                                                .put(
                                                        "secret_changed",
                                                        change.secret().isPresent())))
                        .compose(done -> change.enabled()
                                ? tx.preparedQuery(SCHEDULE).execute(Tuple.of(tenant.value(), (int)
                                        change.interval().toSeconds()))
                                : Future.succeededFuture())
                        .map(written));
    }

    static Directory directory(Row row) {
        return new Directory(
                new TenantId(row.getUUID("tenant_id")),
                row.getString("kind"),
                row.getString("base_url"),
                DirectoryAuth.stored(row.getString("auth_type"), (JsonObject) row.getJson("auth_settings")),
                Optional.ofNullable(row.getUUID("connection_id")).map(ConnectionId::new),
                Duration.ofSeconds(row.getInteger("interval_seconds")),
                row.getInteger("max_removals"),
                row.getDouble("max_removal_ratio"),
                row.getBoolean("enabled"),
                Optional.ofNullable(row.getOffsetDateTime("last_full_read_at")).map(time -> time.toInstant()),
                row.getOffsetDateTime("updated_at").toInstant(),
                row.getLong("version"));
    }
}
