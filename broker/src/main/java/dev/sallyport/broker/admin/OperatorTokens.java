package dev.sallyport.broker.admin;

import dev.sallyport.database.Database;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** Who is the platform's operator: the configured token, or the one that was generated on the first start and is kept as a hash. */
public final class OperatorTokens {
    private final Database database;
    private final Optional<byte[]> configured;

    public OperatorTokens(Database database, Optional<String> configured) {
        this.database = database;
        this.configured = configured.map(Bearer::hash);
    }

    /** Generates a token if none is configured and none was ever generated; answers it, this once. */
    public Future<Optional<String>> ensure() {
        if (configured.isPresent()) {
            return Future.succeededFuture(Optional.empty());
        }
        String token = Bearer.mint(Bearer.OPERATOR);
        // The lock makes sure that of several nodes that start at once one generates.
        return database.platformTransaction(tx -> tx.query("SELECT pg_advisory_xact_lock(7233100)")
                .execute()
                .compose(v -> tx.preparedQuery(
                                "INSERT INTO operator_tokens (token_hash) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM operator_tokens)")
                        .execute(Tuple.of(Buffer.buffer(Bearer.hash(token)))))
                .map(rows -> rows.rowCount() == 1 ? Optional.of(token) : Optional.empty()));
    }

    /** Whether a bearer is the operator's. */
    public Future<Boolean> isOperator(String bearer) {
        byte[] hash = Bearer.hash(bearer);
        if (configured.isPresent()) {
            return Future.succeededFuture(Bearer.same(configured.get(), hash));
        }
        return database.platform("SELECT 1 FROM operator_tokens WHERE token_hash = $1", Tuple.of(Buffer.buffer(hash)))
                .map(rows -> rows.size() == 1);
    }
}
