package dev.sallyport.tenant.connection;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** What came out when a connection was tried: by the checks, and by somebody signing in through it. */
public final class ConnectionTests {
    private static final String INSERT = """
            INSERT INTO connection_tests (tenant_id, id, connection_id, kind, ok, result) VALUES ($1, $2, $3, $4, $5, $6)""";
    // A result counts for the connection as it is now: what was tried before the last change proves nothing.
    private static final String LATEST = """
            SELECT t.ok, t.result, t.created_at, t.created_at > now() - interval '1 hour' AND t.created_at >= c.updated_at AS fresh
            FROM connection_tests t JOIN connections c ON c.tenant_id = t.tenant_id AND c.id = t.connection_id
            WHERE t.tenant_id = $1 AND t.connection_id = $2 AND t.kind = $3 ORDER BY t.created_at DESC, t.id DESC LIMIT 1""";

    private final Database database;

    /** How it was tried. */
    public enum Kind {
        /** From here, without a person. */
        CHECKS,
        /** By a person who signed in. */
        SIGN_IN;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One result.
     *
     * @param fresh whether it is less than an hour old, by the database's clock, and the connection was not changed since
     */
    public record Outcome(boolean ok, JsonObject result, Instant at, boolean fresh) {
        /** Good and recent enough to go live on. */
        public boolean vouches() {
            return ok && fresh;
        }
    }

    public ConnectionTests(Database database) {
        this.database = database;
    }

    /** Writes a result down. For {@link Kind#SIGN_IN}: claims, subject, email, groups, permissions, roles, outcome, problem. */
    public Future<Void> record(TenantId tenant, ConnectionId connection, Kind kind, boolean ok, JsonObject result) {
        Tuple row = Tuple.of(tenant.value(), Uuid7.next(), connection.value(), kind.word(), ok, result);
        return database.tenants().query(tenant, INSERT, row).mapEmpty();
    }

    /** The latest result of a kind. */
    public Future<Optional<Outcome>> latest(TenantId tenant, ConnectionId connection, Kind kind) {
        return database.tenants()
                .query(tenant, LATEST, Tuple.of(tenant.value(), connection.value(), kind.word()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(ConnectionTests::outcome)
                        .findFirst());
    }

    private static Outcome outcome(Row row) {
        return new Outcome(
                row.getBoolean("ok"),
                row.getJsonObject("result"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getBoolean("fresh"));
    }
}
