package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Kind;
import dev.sallyport.database.Database;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Does a request that carries an {@code Idempotency-Key} once, and answers its repetitions within a day as it answered the first, without
 * the secrets. A refusal is not kept: nothing was done, and the next attempt may succeed.
 */
final class Idempotency {
    private static final String CLAIM = """
            INSERT INTO idempotency_keys AS k (actor, key, request_hash) VALUES ($1, $2, $3)
            ON CONFLICT (actor, key) DO UPDATE SET request_hash = excluded.request_hash, status = NULL, headers = NULL, body = NULL,
              created_at = now()
            WHERE k.created_at < now() - interval '1 day' RETURNING key""";
    private static final String KEEP =
            "UPDATE idempotency_keys SET status = $3, headers = $4, body = $5 WHERE actor = $1 AND key = $2";
    private static final String TIDY = """
            DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
              SELECT ctid FROM idempotency_keys WHERE created_at < now() - interval '1 day' LIMIT 100))""";

    private final Database database;

    Idempotency(Database database) {
        this.database = database;
    }

    /** Runs the endpoint, unless the same was asked before. Fails with 422 for another request under the same key. */
    Future<Answer> once(Call call, Endpoint endpoint) {
        String key = call.context().request().getHeader("Idempotency-Key");
        if (key == null) {
            return endpoint.handle(call);
        }
        Buffer hash = hash(call);
        return database.platform(CLAIM, Tuple.of(call.actor(), key, hash))
                .compose(claimed ->
                        claimed.size() == 0 ? repeated(call.actor(), key, hash) : first(call, endpoint, key));
    }

    private Future<Answer> first(Call call, Endpoint endpoint, String key) {
        Future<Answer> done;
        try {
            done = endpoint.handle(call);
        } catch (RuntimeException e) {
            done = Future.failedFuture(e);
        }
        return done.compose(
                answer -> keep(call.actor(), key, answer.withoutSecrets()).map(answer),
                failure -> forget(call.actor(), key).transform(v -> Future.failedFuture(failure)));
    }

    private Future<Answer> repeated(String actor, String key, Buffer hash) {
        return database.platform(
                        "SELECT request_hash, status, headers, body FROM idempotency_keys WHERE actor = $1 AND key = $2",
                        Tuple.of(actor, key))
                .compose(rows -> {
                    Optional<Row> kept = rows.size() == 0
                            ? Optional.empty()
                            : Optional.of(rows.iterator().next());
                    if (kept.isPresent()
                            && !MessageDigest.isEqual(
                                    kept.get().getBuffer("request_hash").getBytes(), hash.getBytes())) {
                        return Future.failedFuture(
                                new Problem(Kind.UNPROCESSABLE, "This Idempotency-Key was used for another request."));
                    }
                    if (kept.isEmpty() || kept.get().getInteger("status") == null) {
                        return Future.failedFuture(Problem.conflict(
                                "The request with this Idempotency-Key is under way, or its outcome is not known."));
                    }
                    return Future.succeededFuture(answer(kept.get()));
                });
    }

    private Future<Void> keep(String actor, String key, Answer answer) {
        JsonObject headers = new JsonObject();
        answer.headers().forEach(headers::put);
        return database.platform(KEEP, Tuple.of(actor, key, answer.status(), headers, answer.buffer()))
                .compose(done -> database.platform(TIDY, Tuple.tuple()))
                .mapEmpty();
    }

    private Future<Void> forget(String actor, String key) {
        return database.platform(
                        "DELETE FROM idempotency_keys WHERE actor = $1 AND key = $2 AND status IS NULL",
                        Tuple.of(actor, key))
                .mapEmpty();
    }

    private static Answer answer(Row row) {
        Buffer body = row.getBuffer("body");
        Map<String, String> headers = new LinkedHashMap<>();
        row.getJsonObject("headers").forEach(header -> headers.put(header.getKey(), (String) header.getValue()));
        return new Answer(
                row.getInteger("status"), body.length() == 0 ? null : new JsonObject(body), headers, Set.of());
    }

    private static Buffer hash(Call call) {
        HttpServerRequest request = call.context().request();
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((request.method() + " " + request.uri() + "\n").getBytes(StandardCharsets.UTF_8));
            Buffer body = call.context().body().buffer();
            if (body != null) {
                digest.update(body.getBytes());
            }
            return Buffer.buffer(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
