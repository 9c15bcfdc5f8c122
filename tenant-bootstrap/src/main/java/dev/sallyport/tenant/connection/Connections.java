package dev.sallyport.tenant.connection;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.outbound.OutboundPolicy;
import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.SealedSecrets;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * The connections of all tenants. Changes are audited in the same transaction. A client secret goes in and is never handed out again but
 * to the sign-in itself; it does not follow the connection to another issuer.
 */
public final class Connections {
    private static final String FIND =
            "SELECT " + ConnectionRows.COLUMNS + " FROM connections WHERE tenant_id = $1 AND id = $2 FOR UPDATE";

    private final Database database;
    private final SealedSecrets secrets;
    private final OutboundPolicy policy;
    private final OpenSessions sessions;
    private final ConfigCache cache;
    private final ConfigCache.Region<TenantId, List<Connection>> byTenant;

    /**
     * @param sessions what people opened by connections
     */
    public Connections(
            Database database, SealedSecrets secrets, ConfigCache cache, OutboundPolicy policy, OpenSessions sessions) {
        this.database = database;
        this.sessions = sessions;
        this.secrets = secrets;
        this.policy = policy;
        this.cache = cache;
        this.byTenant = cache.region(Duration.ofMinutes(5), this::load);
    }

    /** All connections of a tenant, the oldest first. */
    public Future<List<Connection>> list(TenantId tenant) {
        return byTenant.get(tenant);
    }

    /** One connection of this tenant; another tenant's is not there. */
    public Future<Optional<Connection>> find(TenantId tenant, ConnectionId id) {
        return list(tenant)
                .map(all -> all.stream().filter(c -> c.id().equals(id)).findFirst());
    }

    /** Creates a draft. Fails with {@link ConnectionRefused}. */
    public Future<Connection> create(TenantId tenant, ConnectionSettings settings, String actor) {
        return create(tenant, new ConnectionId(Uuid7.next()), settings, actor);
    }

    /** Creates a draft whose id, and with it the redirect URI, was given out before. Fails with {@link ConnectionRefused}. */
    public Future<Connection> create(TenantId tenant, ConnectionId id, ConnectionSettings settings, String actor) {
        return checked(settings)
                .compose(ok -> checkedSubject(settings))
                .compose(ok -> wrapped(tenant, id, settings))
                .compose(secret -> database.tenants()
                        .transaction(tenant, tx -> ConnectionRows.insert(tx, tenant, id, settings, secret)
                                .compose(created -> audit(tx, tenant, created, "connection.created", actor))))
                .onSuccess(done -> cache.dropAll());
    }

    /**
     * Creates a draft that is to take another's place: the former stays in use, and {@link Succession} switches it off once people come by
     * the new one. Fails with {@link ConnectionRefused}, also if there is no such former one that has been live.
     */
    public Future<Connection> createSuccessor(
            TenantId tenant, ConnectionId id, ConnectionId former, ConnectionSettings settings, String actor) {
        return checked(settings)
                .compose(ok -> checkedSubject(settings))
                .compose(ok -> wrapped(tenant, id, settings))
                .compose(secret -> database.tenants()
                        .transaction(tenant, tx -> ConnectionRows.insert(tx, tenant, id, settings, secret)
                                .compose(created -> ConnectionRows.replaces(tx, tenant, id, former))
                                .compose(created -> created.isPresent()
                                        ? audit(tx, tenant, created.get(), "connection.created", actor)
                                        : Future.failedFuture(new ConnectionRefused(
                                                List.of(new Violation(
                                                        "replaces", "there is no such connection that has been live")),
                                                false)))))
                .onSuccess(done -> cache.dropAll());
    }

    /**
     * Changes a connection. Another issuer drops the stored secret if no new one comes along, ends sign-ins that are under way and all
     * sessions that people opened by the connection, and makes it a draft again: it has to be tested.
     *
     * @param ifVersion the version that the change was made for, if the caller insists
     * @return empty if there is no such connection; fails with {@link ConnectionRefused}, {@link SubjectFixed} or {@link VersionChanged}
     */
    public Future<Optional<Connection>> update(
            TenantId tenant, ConnectionId id, ConnectionSettings settings, Optional<Long> ifVersion, String actor) {
        return checked(settings)
                .compose(ok -> wrapped(tenant, id, settings))
                .compose(secret -> database.tenants().transaction(tenant, tx -> locked(tx, tenant, id, ifVersion)
                        .compose(found -> found.isEmpty()
                                ? Future.succeededFuture(found)
                                : write(tx, tenant, found.get(), settings, secret, actor)
                                        .map(Optional::of))))
                .onSuccess(done -> cache.dropAll());
    }

    /**
     * Switches a connection on or off; off ends sign-ins that are under way, and the sessions that people opened by it. Empty if there is
     * none. Fails with {@link VersionChanged}.
     */
    public Future<Optional<Connection>> setStatus(
            TenantId tenant, ConnectionId id, ConnectionStatus status, Optional<Long> ifVersion, String actor) {
        return setStatus(tenant, id, status, OpenSessions.Fate.END, ifVersion, actor);
    }

    /** The same with a choice about the sessions that people opened by it. */
    public Future<Optional<Connection>> setStatus(
            TenantId tenant,
            ConnectionId id,
            ConnectionStatus status,
            OpenSessions.Fate fate,
            Optional<Long> ifVersion,
            String actor) {
        return database.tenants()
                .transaction(tenant, tx -> setStatus(tx, tenant, id, status, fate, ifVersion, actor))
                .onSuccess(done -> cache.dropAll());
    }

    /** The same within a transaction that changes more than this; the caller drops the cache after it. */
    public Future<Optional<Connection>> setStatus(
            SqlConnection tx,
            TenantId tenant,
            ConnectionId id,
            ConnectionStatus status,
            Optional<Long> ifVersion,
            String actor) {
        return setStatus(tx, tenant, id, status, OpenSessions.Fate.END, ifVersion, actor);
    }

    /**
     * Says for whom a connection is: for members of some groups only, or for everybody. It counts from the next sign-in on; whoever is in
     * stays in. Empty if there is no such connection. Fails with {@link ConnectionRefused} or {@link VersionChanged}.
     */
    public Future<Optional<Connection>> setPilot(
            TenantId tenant, ConnectionId id, Optional<List<String>> groups, Optional<Long> ifVersion, String actor) {
        return database.tenants()
                .transaction(tenant, tx -> setPilot(tx, tenant, id, groups, ifVersion, actor))
                .onSuccess(done -> cache.dropAll());
    }

    /** The same within a transaction that changes more than this; the caller drops the cache after it. */
    public Future<Optional<Connection>> setPilot(
            SqlConnection tx,
            TenantId tenant,
            ConnectionId id,
            Optional<List<String>> groups,
            Optional<Long> ifVersion,
            String actor) {
        try {
            groups.ifPresent(SettingsCheck::pilot);
        } catch (ConnectionRefused refused) {
            return Future.failedFuture(refused);
        }
        return locked(tx, tenant, id, ifVersion)
                .compose(found ->
                        found.isEmpty() || found.get().rollout().pilotGroups().equals(groups)
                                ? Future.succeededFuture(found)
                                : ConnectionRows.pilot(tx, tenant, id, groups)
                                        .compose(changed -> audit(
                                                tx,
                                                tenant,
                                                changed,
                                                groups.isPresent() ? "connection.pilot" : "connection.opened",
                                                actor))
                                        .map(Optional::of));
    }

    /** The same with both. */
    Future<Optional<Connection>> setStatus(
            SqlConnection tx,
            TenantId tenant,
            ConnectionId id,
            ConnectionStatus status,
            OpenSessions.Fate fate,
            Optional<Long> ifVersion,
            String actor) {
        return locked(tx, tenant, id, ifVersion)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : ConnectionRows.status(tx, tenant, id, status)
                                .compose(changed -> status == ConnectionStatus.ACTIVE
                                        ? Future.succeededFuture(changed)
                                        : close(tx, tenant, id, fate, "connection_" + status.word(), actor)
                                                .map(changed))
                                .compose(changed -> audit(tx, tenant, changed, "connection." + status.word(), actor))
                                .map(Optional::of));
    }

    /** Nothing that is under way comes to an end by the connection any more. */
    private Future<Void> close(
            SqlConnection tx, TenantId tenant, ConnectionId id, OpenSessions.Fate fate, String cause, String actor) {
        return ConnectionRows.endTransactions(tx, tenant, id)
                .compose(v -> fate == OpenSessions.Fate.END
                        ? sessions.end(tx, tenant, id, cause, actor).mapEmpty()
                        : Future.succeededFuture());
    }

    /** Deletes a connection by which nobody is known. False if there is none. Fails with {@link ConnectionInUse} or {@link VersionChanged}. */
    public Future<Boolean> delete(TenantId tenant, ConnectionId id, Optional<Long> ifVersion, String actor) {
        return database.tenants()
                .transaction(tenant, tx -> locked(tx, tenant, id, ifVersion)
                        .compose(found -> found.isEmpty()
                                ? Future.succeededFuture(false)
                                : close(tx, tenant, id, OpenSessions.Fate.END, "connection_deleted", actor)
                                        .compose(closed -> ConnectionRows.delete(tx, tenant, id))
                                        .compose(gone -> audit(tx, tenant, found.get(), "connection.deleted", actor))
                                        .map(true)))
                .onSuccess(done -> cache.dropAll());
    }

    /** The client secret, for {@link ClientProof} alone; empty if none is stored. */
    Future<Optional<String>> secret(TenantId tenant, Connection connection) {
        return connection
                .sealedSecret()
                .map(box -> secrets.openText(tenant, secretRow(connection.id()), box)
                        .map(Optional::of))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Future<Void> checked(ConnectionSettings settings) {
        return Future.succeededFuture().map(v -> {
            SettingsCheck.check(settings, policy);
            return null;
        });
    }

    private static Future<Void> checkedSubject(ConnectionSettings settings) {
        return Future.succeededFuture().map(v -> {
            SettingsCheck.subject(settings.claims().subject());
            return null;
        });
    }

    /** The connection as it would be with another client secret, stored nowhere: for trying the secret before it replaces the present one. */
    public Future<Connection> withSecret(TenantId tenant, Connection connection, String secret) {
        return secrets.seal(tenant, secretRow(connection.id()), secret)
                .map(wrapped -> connection.withSealedSecret(Optional.of(wrapped)));
    }

    private Future<Optional<byte[]>> wrapped(TenantId tenant, ConnectionId id, ConnectionSettings settings) {
        return settings.clientSecret()
                .filter(secret -> !settings.tokenEndpointAuthMethod().equals("private_key_jwt"))
                .map(secret -> secrets.seal(tenant, secretRow(id), secret).map(Optional::of))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Future<Connection> write(
            SqlConnection tx,
            TenantId tenant,
            Connection before,
            ConnectionSettings settings,
            Optional<byte[]> newSecret,
            String actor) {
        if (!before.claims().subject().equals(settings.claims().subject())) {
            if (before.wentLiveAt().isPresent()) {
                return Future.failedFuture(new SubjectFixed());
            }
            SettingsCheck.subject(settings.claims().subject());
        }
        boolean moved = !before.issuer().equals(settings.issuer());
        boolean byKey = settings.tokenEndpointAuthMethod().equals("private_key_jwt");
        Optional<byte[]> given = byKey ? Optional.empty() : newSecret;
        Optional<byte[]> secret = given.isPresent() || moved || byKey ? given : before.sealedSecret();
        // Bound anew where the secret was entered anew. A key never leaves: whoever changes the connection has looked
        // at it.
        boolean elsewhere = moved || given.isPresent() || byKey;
        ConnectionStatus status = moved ? ConnectionStatus.DRAFT : before.status();
        return ConnectionRows.update(tx, tenant, before.id(), settings, secret, status, elsewhere)
                .compose(changed -> moved
                        ? close(tx, tenant, before.id(), OpenSessions.Fate.END, "connection_moved", actor)
                                .compose(v -> ConnectionRows.dropKeys(tx, tenant, before.id()))
                                .map(changed)
                        : Future.succeededFuture(changed))
                .compose(changed -> changed.liveness().isEmpty()
                                && before.liveness().isPresent()
                        ? ConnectionRows.forgetGrants(tx, tenant, before.id()).map(changed)
                        : Future.succeededFuture(changed))
                .compose(changed ->
                        elsewhere ? Stops.clear(tx, tenant, before.id()).map(changed) : Future.succeededFuture(changed))
                .compose(changed -> AuditTrail.append(
                                tx,
                                tenant,
                                AuditEvent.of(actor, "connection.updated", "connection:" + changed.id())
                                        .with(new JsonObject()
                                                .put("before", details(before))
                                                .put("after", details(changed))
                                                .put("secret_replaced", given.isPresent())))
                        .map(changed));
    }

    private static Future<Connection> audit(
            SqlConnection tx, TenantId tenant, Connection connection, String action, String actor) {
        return AuditTrail.append(
                        tx,
                        tenant,
                        AuditEvent.of(actor, action, "connection:" + connection.id())
                                .with(details(connection)))
                .map(connection);
    }

    private static JsonObject details(Connection connection) {
        JsonObject details = new JsonObject();
        connection.rollout().replaces().ifPresent(former -> details.put("replaces", former.toString()));
        return details.put("issuer", connection.issuer())
                .put("client_id", connection.clientId())
                .put("secret_set", connection.hasSecret())
                .put("token_endpoint_auth_method", connection.tokenEndpointAuthMethod())
                .put("status", connection.status().word());
    }

    private static Future<Optional<Connection>> locked(
            SqlConnection tx, TenantId tenant, ConnectionId id, Optional<Long> ifVersion) {
        return ConnectionLock.alone(tx, tenant, id)
                .compose(v -> tx.preparedQuery(FIND).execute(Tuple.of(tenant.value(), id.value())))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(ConnectionRows::connection)
                        .findFirst())
                .compose(found -> found.isPresent()
                                && ifVersion.isPresent()
                                && found.get().version() != ifVersion.get()
                        ? Future.failedFuture(new VersionChanged())
                        : Future.succeededFuture(found));
    }

    private Future<List<Connection>> load(TenantId tenant) {
        return database.tenants()
                .query(
                        tenant,
                        "SELECT " + ConnectionRows.COLUMNS
                                + " FROM connections WHERE tenant_id = $1 ORDER BY created_at, id",
                        Tuple.of(tenant.value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(ConnectionRows::connection)
                        .toList());
    }

    private static String secretRow(ConnectionId id) {
        return "connections/" + id + "/client_secret";
    }
}
