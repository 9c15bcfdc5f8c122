package dev.sallyport.broker.op;

import dev.sallyport.broker.federation.Transactions;
import dev.sallyport.broker.web.Cookies;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Authorization requests that wait for their browser (RFC 9126). The first browser that comes opens one and has it to itself: it may load
 * the page again, choose a connection, and sign in. One code is made from it, and then it is used (§4).
 */
public final class PushedRequests {
    /** What our request URIs begin with (RFC 9126 §2.2). */
    static final String PREFIX = "urn:ietf:params:oauth:request_uri:";

    /** How long it waits for a browser. */
    static final Duration LIFE = Duration.ofSeconds(90);

    private static final String PUSH = """
            INSERT INTO pushed_requests (tenant_id, request_hash, client_id, request, expires_at)
            VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))""";
    private static final String OPEN = """
            UPDATE pushed_requests SET browser_hash = coalesce(browser_hash, $3),
              expires_at = CASE WHEN browser_hash IS NULL THEN now() + make_interval(secs => $5) ELSE expires_at END
            WHERE request_hash = $1 AND client_id = $2 AND used_at IS NULL AND expires_at > now()
              AND (browser_hash IS NULL OR browser_hash = ANY ($4))
            RETURNING request, browser_hash = $3 AS first_time""";
    private static final String USE =
            "UPDATE pushed_requests SET used_at = now() WHERE request_hash = $1 AND used_at IS NULL";

    private final Database database;
    private final Cookies cookies;

    public PushedRequests(Database database, Cookies cookies) {
        this.database = database;
        this.cookies = cookies;
    }

    /** Whether a request URI is of our making; nothing is ever fetched from any other. */
    static boolean isOurs(String requestUri) {
        return requestUri.startsWith(PREFIX);
    }

    /** Keeps a request; answers its URI, of which only the hash is kept. */
    Future<String> push(Tenant tenant, AuthorizeRequest request) {
        String requestUri = PREFIX + Bearer.random(32);
        return database.tenants()
                .query(
                        tenant.id(),
                        PUSH,
                        Tuple.of(
                                tenant.id().value(),
                                Buffer.buffer(Bearer.hash(requestUri)),
                                request.clientId(),
                                request.toJson(),
                                (double) LIFE.toSeconds()))
                .map(requestUri);
    }

    /** The request, for the browser that opened it; empty if there is none, or it is another client's or browser's, used or too old. */
    Future<Optional<AuthorizeRequest>> open(RoutingContext context, Tenant tenant, String clientId, String requestUri) {
        byte[] hash = Bearer.hash(requestUri);
        String cookie = "sallyport_par_" + HexFormat.of().formatHex(hash, 0, 8);
        String browser = Bearer.random(32);
        Tuple arguments = Tuple.of(Buffer.buffer(hash), clientId, Buffer.buffer(Bearer.hash(browser)));
        arguments.addArrayOfBuffer(cookies.all(context, cookie).stream()
                .map(value -> Buffer.buffer(Bearer.hash(value)))
                .toArray(Buffer[]::new));
        arguments.addDouble((double) Transactions.PATIENCE.toSeconds());
        return database.tenants().query(tenant.id(), OPEN, arguments).map(rows -> {
            if (rows.size() == 0) {
                return Optional.empty();
            }
            Row row = rows.iterator().next();
            if (row.getBoolean("first_time")) {
                cookies.set(context, tenant, "/authorize", cookie, browser, Transactions.PATIENCE);
            }
            return Optional.of(AuthorizeRequest.of(row.getJsonObject("request")).pushedAs(text(hash)));
        });
    }

    /** Uses up the pushed request that a request came from, if it came from one; within the transaction that makes the code. */
    static Future<Void> use(SqlConnection tx, AuthorizeRequest request) {
        if (request.pushed().isEmpty()) {
            return Future.succeededFuture();
        }
        Buffer hash =
                Buffer.buffer(Base64.getUrlDecoder().decode(request.pushed().get()));
        return tx.preparedQuery(USE)
                .execute(Tuple.of(hash))
                .compose(rows -> rows.rowCount() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                OAuthError.invalidRequest("request_uri was used before; push a new request")));
    }

    private static String text(byte[] hash) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }
}
