package dev.sallyport.broker.consent;

import dev.sallyport.broker.session.SessionId;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/**
 * Questions that wait for an answer. Each belongs to one session, so that nobody can answer, or be made to answer, what was asked in
 * another browser (D02); it is answered once, within ten minutes. Its id is a secret of 256 bits, kept as SHA-256.
 */
public final class ConsentRequests {
    private static final int PATIENCE_SECONDS = 600;
    private static final String MINE = " WHERE id_hash = $1 AND session_id = $2 AND expires_at > now()";

    private final Database database;

    public ConsentRequests(Database database) {
        this.database = database;
    }

    /** Asks; answers the id of the question. */
    public Future<String> ask(
            SqlConnection tx, TenantId tenant, SessionId session, String clientId, JsonObject request) {
        String id = Bearer.random(32);
        return tx.preparedQuery("""
                        INSERT INTO consent_requests (tenant_id, id_hash, session_id, client_id, request, expires_at)
                        VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))""")
                .execute(Tuple.of(
                        tenant.value(), hash(id), session.value(), clientId, request, (double) PATIENCE_SECONDS))
                .map(id);
    }

    /** The authorization request that a question of this session is about. */
    public Future<Optional<JsonObject>> look(TenantId tenant, SessionId session, String id) {
        return database.tenants()
                .query(tenant, "SELECT request FROM consent_requests" + MINE, Tuple.of(hash(id), session.value()))
                .map(ConsentRequests::request);
    }

    /** Takes a question of this session away, to answer it: whoever comes second finds nothing. */
    public Future<Optional<JsonObject>> take(SqlConnection tx, SessionId session, String id) {
        return tx.preparedQuery("DELETE FROM consent_requests" + MINE + " RETURNING request")
                .execute(Tuple.of(hash(id), session.value()))
                .map(ConsentRequests::request);
    }

    private static Buffer hash(String id) {
        return Buffer.buffer(Bearer.hash(id));
    }

    private static Optional<JsonObject> request(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(rows.iterator().next().getJsonObject("request"));
    }
}
