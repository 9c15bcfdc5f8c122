package dev.sallyport.tenant;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.SealedSecrets;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** All tenants: found by slug on every request (from memory), created and changed by the operator. */
public final class TenantRegistry {
    private static final String COLUMNS = """
            id, slug, name, status, isolation, admission, admission_groups, access_token_seconds, session_idle_seconds,
            session_max_seconds, refresh_idle_seconds, not_before, created_at, version""";

    private final Database database;
    private final SealedSecrets secrets;
    private final ConfigCache cache;
    private final ConfigCache.Region<String, Optional<Tenant>> bySlug;
    private final ConfigCache.Region<TenantId, Optional<Tenant>> byId;

    public TenantRegistry(Database database, SealedSecrets secrets, ConfigCache cache) {
        this.database = database;
        this.secrets = secrets;
        this.cache = cache;
        this.bySlug = cache.keyed(Duration.ofMinutes(5), slug -> find("slug = $1", Tuple.of(slug)));
        this.byId = cache.region(Duration.ofMinutes(5), id -> find("id = $1", Tuple.of(id.value())));
    }

    /** The tenant with this slug, if there is one. */
    public Future<Optional<Tenant>> bySlug(String slug) {
        return Tenant.isSlug(slug) ? bySlug.get(slug) : Future.succeededFuture(Optional.empty());
    }

    /** The tenant with this id, if there is one. */
    public Future<Optional<Tenant>> byId(TenantId id) {
        return byId.get(id);
    }

    /** Tenants in the order of their slugs, after the given one. */
    public Future<List<Tenant>> list(String afterSlug, int limit) {
        return database.platform(
                        "SELECT " + COLUMNS + " FROM tenants WHERE slug > $1 ORDER BY slug LIMIT $2",
                        Tuple.of(afterSlug, limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(TenantRegistry::tenant)
                        .toList());
    }

    /** Creates a tenant that waits for its setup. Fails with {@link SlugTaken}. */
    public Future<Tenant> create(String slug, String name, String isolation, String actor) {
        TenantId id = new TenantId(Uuid7.next());
        String sql = "INSERT INTO tenants (id, slug, name, isolation, data_key) VALUES ($1, $2, $3, $4, $5) RETURNING "
                + COLUMNS;
        return database.tenants()
                .transaction(id, tx -> tx.preparedQuery(sql)
                        .execute(Tuple.of(id.value(), slug, name, isolation, secrets.newDataKey(id)))
                        .map(rows -> tenant(rows.iterator().next()))
                        .compose(tenant -> AuditTrail.append(
                                        tx,
                                        id,
                                        AuditEvent.of(actor, "tenant.created", "tenant:" + slug)
                                                .with(new JsonObject()
                                                        .put("name", name)
                                                        .put("isolation", isolation)))
                                .map(tenant)))
                .recover(e -> Future.failedFuture(Database.violates(e, "tenants_slug_key") ? new SlugTaken(slug) : e))
                .onSuccess(created -> cache.dropAll());
    }

    /**
     * Changes what the operator may change.
     *
     * @param ifVersion the version the change was made for, if the caller insists
     * @return empty if there is no such tenant; fails with {@link VersionChanged}
     */
    public Future<Optional<Tenant>> update(TenantId id, TenantChange change, Optional<Long> ifVersion, String actor) {
        return database.tenants()
                .transaction(id, tx -> lock(tx, id).compose(found -> {
                    if (found.isEmpty()) {
                        return Future.succeededFuture(found);
                    }
                    Tenant before = found.get();
                    if (ifVersion.isPresent() && ifVersion.get() != before.version()) {
                        return Future.failedFuture(new VersionChanged());
                    }
                    return write(tx, before, change.applyTo(before), actor);
                }))
                .onSuccess(done -> cache.dropAll());
    }

    /**
     * Makes a tenant live within a transaction that also makes its connection live.
     *
     * @return the tenant as it is now
     */
    public Future<Tenant> activate(SqlConnection tx, TenantId id, String actor) {
        return lock(tx, id)
                .compose(found -> write(
                        tx,
                        found.orElseThrow(),
                        TenantChange.status(TenantStatus.ACTIVE).applyTo(found.get()),
                        actor))
                .map(Optional::get);
    }

    /**
     * Deletes a tenant and everything that is its own; the audit log stays.
     *
     * @param ifVersion the version that was meant, if the caller insists
     * @return false if there is none; fails with {@link VersionChanged}
     */
    public Future<Boolean> delete(TenantId id, Optional<Long> ifVersion, String actor) {
        return database.tenants()
                .transaction(id, tx -> lock(tx, id).compose(found -> {
                    if (found.isEmpty()) {
                        return Future.succeededFuture(false);
                    }
                    if (ifVersion.isPresent() && ifVersion.get() != found.get().version()) {
                        return Future.failedFuture(new VersionChanged());
                    }
                    return tx.preparedQuery("DELETE FROM tenants WHERE id = $1")
                            .execute(Tuple.of(id.value()))
                            .compose(rows -> AuditTrail.append(
                                    tx,
                                    id,
                                    AuditEvent.of(
                                            actor,
                                            "tenant.deleted",
                                            "tenant:" + found.get().slug())))
                            .map(true);
                }))
                .onSuccess(done -> cache.dropAll());
    }

    private Future<Optional<Tenant>> find(String condition, Tuple arguments) {
        return database.platform("SELECT " + COLUMNS + " FROM tenants WHERE " + condition, arguments)
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(tenant(rows.iterator().next())));
    }

    private static Future<Optional<Tenant>> lock(SqlConnection tx, TenantId id) {
        return tx.preparedQuery("SELECT " + COLUMNS + " FROM tenants WHERE id = $1 FOR UPDATE")
                .execute(Tuple.of(id.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(tenant(rows.iterator().next())));
    }

    private static Future<Optional<Tenant>> write(SqlConnection tx, Tenant before, Tenant after, String actor) {
        String sql = """
                UPDATE tenants SET name = $2, status = $3, admission = $4, admission_groups = $5, access_token_seconds = $6,
                  session_idle_seconds = $7, session_max_seconds = $8, refresh_idle_seconds = $9, updated_at = now(), version = version + 1,
                  not_before = CASE WHEN $3 = 'suspended' AND status <> 'suspended' THEN now() ELSE not_before END
                WHERE id = $1 RETURNING""" + " " + COLUMNS;
        Lifetimes lifetimes = after.lifetimes();
        Tuple arguments = Tuple.tuple()
                .addUUID(before.id().value())
                .addString(after.name())
                .addString(after.status().word())
                .addString(after.admission().word())
                .addArrayOfString(after.admissionGroups().toArray(String[]::new))
                .addInteger((int) lifetimes.accessToken().toSeconds())
                .addInteger((int) lifetimes.sessionIdle().toSeconds())
                .addInteger((int) lifetimes.sessionMax().toSeconds())
                .addInteger((int) lifetimes.refreshIdle().toSeconds());
        JsonObject details = new JsonObject()
                .put(
                        "before",
                        new JsonObject()
                                .put("name", before.name())
                                .put("status", before.status().word())
                                .put("admission", before.admission().word()))
                .put(
                        "after",
                        new JsonObject()
                                .put("name", after.name())
                                .put("status", after.status().word())
                                .put("admission", after.admission().word()));
        return tx.preparedQuery(sql)
                .execute(arguments)
                .map(rows -> tenant(rows.iterator().next()))
                .compose(written -> AuditTrail.append(
                                tx,
                                before.id(),
                                AuditEvent.of(actor, "tenant.updated", "tenant:" + before.slug())
                                        .with(details))
                        .map(Optional.of(written)));
    }

    static Tenant tenant(Row row) {
        return new Tenant(
                new TenantId(row.getUUID("id")),
                row.getString("slug"),
                row.getString("name"),
                TenantStatus.of(row.getString("status")),
                row.getString("isolation"),
                AdmissionPolicy.parse(row.getString("admission")).orElseThrow(),
                Arrays.asList(row.getArrayOfStrings("admission_groups")),
                new Lifetimes(
                        Duration.ofSeconds(row.getInteger("access_token_seconds")),
                        Duration.ofSeconds(row.getInteger("session_idle_seconds")),
                        Duration.ofSeconds(row.getInteger("session_max_seconds")),
                        Duration.ofSeconds(row.getInteger("refresh_idle_seconds"))),
                Optional.ofNullable(row.getOffsetDateTime("not_before")).map(t -> t.toInstant()),
                row.getOffsetDateTime("created_at")
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toInstant(),
                row.getLong("version"));
    }

    /** Another tenant has the slug. */
    public static final class SlugTaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SlugTaken(String slug) {
            super("the slug " + slug + " is taken");
        }
    }
}
