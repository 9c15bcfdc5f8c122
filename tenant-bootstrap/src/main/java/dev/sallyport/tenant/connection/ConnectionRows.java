package dev.sallyport.tenant.connection;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The statements on the table {@code connections}. */
final class ConnectionRows {
    static final String COLUMNS = """
            id, name, protocol, issuer, client_id, client_secret, token_endpoint_auth_method, scopes, claims, algorithms, status,
            secret_expires_at, upstream_logout, provider, liveness_seconds, token_endpoint, pilot_groups, replaces, went_live_at, created_at,
            updated_at, version, assertion_audience, stopped""";

    private static final String INSERT = """
            INSERT INTO connections (tenant_id, id, name, issuer, client_id, client_secret, token_endpoint_auth_method, scopes, claims,
              algorithms, secret_expires_at, upstream_logout, provider, liveness_seconds, assertion_audience)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING\s""" + COLUMNS;
    private static final String UPDATE = """
            UPDATE connections SET name = $3, issuer = $4, client_id = $5, client_secret = $6, token_endpoint_auth_method = $7, scopes = $8,
              claims = $9, algorithms = $10, secret_expires_at = $11, upstream_logout = $12, provider = $13,
              liveness_seconds = $14, assertion_audience = $15, status = $16,
              token_endpoint = CASE WHEN $17 THEN NULL ELSE token_endpoint END, stopped = CASE WHEN $17 THEN NULL ELSE stopped END, updated_at = now(), version = version + 1
            WHERE tenant_id = $1 AND id = $2 RETURNING\s""" + COLUMNS;
    // Switching it on or off leaves the time of its last change alone: what was tested is still what it is.
    private static final String STATUS = """
            UPDATE connections SET status = $3, version = version + 1,
              went_live_at = CASE WHEN $3 = 'active' THEN coalesce(went_live_at, now()) ELSE went_live_at END
            WHERE tenant_id = $1 AND id = $2 RETURNING\s""" + COLUMNS;
    // What was tested is still what it is.
    private static final String PILOT = """
            UPDATE connections SET pilot_groups = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2 RETURNING\s""" + COLUMNS;
    private static final String REPLACES = """
            UPDATE connections SET replaces = $3 WHERE tenant_id = $1 AND id = $2 AND EXISTS (
              SELECT 1 FROM connections f WHERE f.tenant_id = $1 AND f.id = $3 AND f.id <> $2 AND f.went_live_at IS NOT NULL)
            RETURNING\s""" + COLUMNS;
    // Identities are what tells returning people apart, also those who left: they must not vanish with the connection.
    private static final String DELETE = """
            DELETE FROM connections c WHERE c.tenant_id = $1 AND c.id = $2
              AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.tenant_id = $1 AND i.connection_id = $2)""";

    private ConnectionRows() {}

    static Future<Connection> insert(
            SqlConnection tx, TenantId tenant, ConnectionId id, ConnectionSettings settings, Optional<byte[]> secret) {
        return tx.preparedQuery(INSERT)
                .execute(arguments(tenant, id, settings, secret))
                .map(rows -> connection(rows.iterator().next()));
    }

    /**
     * @param elsewhere whether what proves us may go to another place from now on
     */
    static Future<Connection> update(
            SqlConnection tx,
            TenantId tenant,
            ConnectionId id,
            ConnectionSettings settings,
            Optional<byte[]> secret,
            ConnectionStatus status,
            boolean elsewhere) {
        return tx.preparedQuery(UPDATE)
                .execute(arguments(tenant, id, settings, secret)
                        .addString(status.word())
                        .addBoolean(elsewhere))
                .map(rows -> connection(rows.iterator().next()));
    }

    static Future<Connection> status(SqlConnection tx, TenantId tenant, ConnectionId id, ConnectionStatus status) {
        return tx.preparedQuery(STATUS)
                .execute(Tuple.of(tenant.value(), id.value(), status.word()))
                .map(rows -> connection(rows.iterator().next()));
    }

    /** For whom it is. */
    static Future<Connection> pilot(SqlConnection tx, TenantId tenant, ConnectionId id, Optional<List<String>> groups) {
        Tuple arguments = Tuple.tuple().addUUID(tenant.value()).addUUID(id.value());
        arguments.addArrayOfString(groups.map(all -> all.toArray(String[]::new)).orElse(null));
        return tx.preparedQuery(PILOT)
                .execute(arguments)
                .map(rows -> connection(rows.iterator().next()));
    }

    /** Has a connection take another's place later. Empty if the other is not there or was never live. */
    static Future<Optional<Connection>> replaces(
            SqlConnection tx, TenantId tenant, ConnectionId id, ConnectionId former) {
        return tx.preparedQuery(REPLACES)
                .execute(Tuple.of(tenant.value(), id.value(), former.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(connection(rows.iterator().next())));
    }

    /** Sign-ins that are under way cannot come back after this. */
    static Future<Void> endTransactions(SqlConnection tx, TenantId tenant, ConnectionId id) {
        return tx.preparedQuery("DELETE FROM login_transactions WHERE tenant_id = $1 AND connection_id = $2")
                .execute(Tuple.of(tenant.value(), id.value()))
                .mapEmpty();
    }

    /** Refresh tokens of the provider's that nobody will use any more. */
    static Future<Void> forgetGrants(SqlConnection tx, TenantId tenant, ConnectionId id) {
        return tx.preparedQuery("DELETE FROM upstream_grants WHERE tenant_id = $1 AND connection_id = $2")
                .execute(Tuple.of(tenant.value(), id.value()))
                .mapEmpty();
    }

    /** The keys that the provider before knew; new ones are made when they are needed. */
    static Future<Void> dropKeys(SqlConnection tx, TenantId tenant, ConnectionId id) {
        return tx.preparedQuery("DELETE FROM connection_keys WHERE tenant_id = $1 AND connection_id = $2")
                .execute(Tuple.of(tenant.value(), id.value()))
                .mapEmpty();
    }

    static Future<Void> delete(SqlConnection tx, TenantId tenant, ConnectionId id) {
        return tx.preparedQuery(DELETE)
                .execute(Tuple.of(tenant.value(), id.value()))
                .compose(done -> done.rowCount() == 1
                        ? Future.<Void>succeededFuture()
                        : Future.failedFuture(new ConnectionInUse()))
                .recover(e -> Future.failedFuture(
                        Database.violates(e, "directories_tenant_id_connection_id_fkey") ? new ConnectionInUse() : e));
    }

    private static Tuple arguments(
            TenantId tenant, ConnectionId id, ConnectionSettings settings, Optional<byte[]> secret) {
        return Tuple.tuple()
                .addUUID(tenant.value())
                .addUUID(id.value())
                .addString(settings.name())
                .addString(settings.issuer())
                .addString(settings.clientId())
                .addBuffer(secret.map(Buffer::buffer).orElse(null))
                .addString(settings.tokenEndpointAuthMethod())
                .addArrayOfString(settings.scopes().toArray(String[]::new))
                .addJsonObject(settings.claims().json())
                .addArrayOfString(settings.algorithms().toArray(String[]::new))
                .addOffsetDateTime(settings.secretExpiresAt()
                        .map(at -> at.atOffset(ZoneOffset.UTC))
                        .orElse(null))
                .addBoolean(settings.upstreamLogout())
                .addString(settings.provider().word())
                .addInteger(settings.liveness().map(d -> (int) d.toSeconds()).orElse(null))
                .addString(settings.assertionAudience().word());
    }

    static Connection connection(Row row) {
        return new Connection(
                new ConnectionId(row.getUUID("id")),
                row.getString("protocol"),
                settings(row),
                Optional.ofNullable(row.getBuffer("client_secret")).map(Buffer::getBytes),
                Optional.ofNullable(row.getString("token_endpoint")),
                ConnectionStatus.parse(row.getString("status")).orElseThrow(),
                Optional.ofNullable(row.getString("stopped")),
                new Rollout(
                        Optional.ofNullable(row.getArrayOfStrings("pilot_groups"))
                                .map(List::of),
                        Optional.ofNullable(row.getUUID("replaces")).map(ConnectionId::new)),
                instant(row, "went_live_at"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                row.getLong("version"));
    }

    private static ConnectionSettings settings(Row row) {
        return new ConnectionSettings(
                row.getString("name"),
                ProviderKind.parse(row.getString("provider")).orElseThrow(),
                row.getString("issuer"),
                row.getString("client_id"),
                Optional.empty(),
                row.getString("token_endpoint_auth_method"),
                AssertionAudience.parse(row.getString("assertion_audience")).orElseThrow(),
                Arrays.asList(row.getArrayOfStrings("scopes")),
                ClaimNames.of(row.getJsonObject("claims")),
                Arrays.asList(row.getArrayOfStrings("algorithms")),
                instant(row, "secret_expires_at"),
                row.getBoolean("upstream_logout"),
                Optional.ofNullable(row.getInteger("liveness_seconds")).map(Duration::ofSeconds));
    }

    private static Optional<Instant> instant(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }
}
