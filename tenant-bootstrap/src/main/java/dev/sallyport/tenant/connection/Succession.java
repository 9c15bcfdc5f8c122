package dev.sallyport.tenant.connection;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One identity provider after another. While a connection replaces another, people come by both; once {@value #ENOUGH} different people have
 * come by the new one, for whom it is meant without any limit, and nobody is left who could come by the former alone, the former is switched
 * off, once and for all connections of the tenant by one node. A sign-in neither waits for that nor fails by it.
 */
public final class Succession {
    /** How many people have to have come by the new one. */
    public static final int ENOUGH = 2;

    private static final String PEOPLE = """
            (SELECT count(*) FROM (SELECT DISTINCT i.user_id FROM identities i JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.user_id
              WHERE i.tenant_id = n.tenant_id AND i.connection_id = n.id AND i.last_used_at >= n.went_live_at AND u.status = 'active'
              LIMIT 2) AS people)""";
    // Nobody is linked to a new identity by a name (A01), so whoever is known by the former alone would be locked out.
    private static final String STRANDED = """
            (SELECT count(DISTINCT u.id) FROM identities i JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.user_id
              WHERE i.tenant_id = n.tenant_id AND i.connection_id = n.replaces AND u.status = 'active' AND NOT EXISTS (
                SELECT 1 FROM identities o JOIN connections c ON c.tenant_id = o.tenant_id AND c.id = o.connection_id
                WHERE o.tenant_id = u.tenant_id AND o.user_id = u.id AND o.connection_id <> n.replaces AND c.status = 'active'))""";
    // A pilot does not push out those who are not in it.
    private static final String DUE = """
            SELECT n.id, n.replaces FROM connections n JOIN connections f ON f.tenant_id = n.tenant_id AND f.id = n.replaces
            WHERE n.tenant_id = $1 AND n.status = 'active' AND n.stopped IS NULL AND n.pilot_groups IS NULL AND n.succeeded_at IS NULL
              AND f.status = 'active' AND 2 =\s""" + PEOPLE + " AND 0 = " + STRANDED + " FOR UPDATE OF n";
    private static final String STANDING = "SELECT n.succeeded_at IS NOT NULL AS over, " + PEOPLE + " AS people, "
            + STRANDED + " AS stranded FROM connections n WHERE n.tenant_id = $1 AND n.id = $2";
    private static final String OVER =
            "UPDATE connections SET succeeded_at = now() WHERE tenant_id = $1 AND id = $2 AND succeeded_at IS NULL";

    private final Database database;
    private final ConfigCache cache;
    private final Connections connections;

    public Succession(Database database, ConfigCache cache, Connections connections) {
        this.database = database;
        this.cache = cache;
        this.connections = connections;
    }

    /**
     * How far it is.
     *
     * @param over whether the former was switched off by it
     * @param people who have come by the new one, counted up to {@value #ENOUGH}
     * @param stranded who could come in by no live connection any more if the former were switched off
     */
    public record Standing(boolean over, long people, long stranded) {}

    /**
     * The connection that a setup works on: a draft that replaces another, the youngest if there are several; else the oldest that no other
     * has replaced.
     *
     * @param all of one tenant, the oldest first
     */
    public static Optional<Connection> current(List<Connection> all) {
        Optional<Connection> begun = all.stream()
                .filter(c -> c.status() == ConnectionStatus.DRAFT
                        && c.rollout().replaces().isPresent())
                .reduce((older, younger) -> younger);
        if (begun.isPresent()) {
            return begun;
        }
        Set<ConnectionId> former = all.stream()
                .filter(Connection::isActive)
                .flatMap(c -> c.rollout().replaces().stream())
                .collect(Collectors.toSet());
        return all.stream().filter(c -> !former.contains(c.id())).findFirst().or(() -> all.stream()
                .findFirst());
    }

    /** How far a connection is in replacing another. */
    public static Future<Standing> standing(Database database, TenantId tenant, ConnectionId id) {
        return database.tenants()
                .query(tenant, STANDING, Tuple.of(tenant.value(), id.value()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        return new Standing(false, 0, 0);
                    }
                    Row row = rows.iterator().next();
                    return new Standing(row.getBoolean("over"), row.getLong("people"), row.getLong("stranded"));
                });
    }

    /** Switches off what has been replaced. */
    public Future<Void> look(TenantId tenant) {
        return database.tenants()
                .transaction(tenant, tx -> tx.preparedQuery(DUE)
                        .execute(Tuple.of(tenant.value()))
                        .compose(rows -> {
                            Future<Boolean> done = Future.succeededFuture(false);
                            for (Row row : rows) {
                                ConnectionId heir = new ConnectionId(row.getUUID("id"));
                                ConnectionId former = new ConnectionId(row.getUUID("replaces"));
                                done = done.compose(
                                        v -> close(tx, tenant, heir, former).map(true));
                            }
                            return done;
                        }))
                .onSuccess(closed -> {
                    if (closed) {
                        cache.dropAll();
                    }
                })
                .mapEmpty();
    }

    // What people opened by the former rests: if switching it off was wrong, switching it on brings everything back.
    private Future<?> close(SqlConnection tx, TenantId tenant, ConnectionId heir, ConnectionId former) {
        String actor = "connection:" + heir;
        return tx.preparedQuery(OVER)
                .execute(Tuple.of(tenant.value(), heir.value()))
                .compose(v -> connections.setStatus(
                        tx, tenant, former, ConnectionStatus.DISABLED, OpenSessions.Fate.REST, Optional.empty(), actor))
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant,
                        new AuditEvent(
                                actor,
                                "connection.replaced",
                                "connection:" + former,
                                "second_person",
                                new JsonObject().put("replaced_by", heir.toString()))));
    }
}
