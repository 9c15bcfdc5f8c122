package dev.sallyport.broker.op;

import dev.sallyport.broker.session.Session;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Answers of the authorization endpoint: always to a registered URI, always with {@code iss} (RFC 9207). */
public final class AuthorizeAnswer {
    /** How long a code is good, in seconds. */
    public static final int CODE_SECONDS = 60;

    private static final String INSERT = """
            INSERT INTO authorization_codes (tenant_id, code_hash, client_id, redirect_uri, user_id, session_id, scope, audience, nonce,
              code_challenge, expires_at)
            SELECT $1, $2, $3, $4, s.user_id, s.id, $6, $7, $8, $9, now() + make_interval(secs => $10)
            FROM sessions s WHERE s.id = $5 AND s.ended_at IS NULL""";

    private final String publicUrl;
    private final Database database;
    private final ErrorPage page;

    public AuthorizeAnswer(String publicUrl, Database database, ErrorPage page) {
        this.publicUrl = publicUrl;
        this.database = database;
        this.page = page;
    }

    /** Makes a code for a live session. Fails with {@code access_denied} if the session has just ended. */
    public Future<String> code(Tenant tenant, AuthorizeRequest request, String audience, Session session) {
        if (request.pushed().isPresent()) {
            return database.tenants().transaction(tenant.id(), tx -> code(tx, tenant, request, audience, session));
        }
        String code = Bearer.mint(Bearer.CODE);
        return database.tenants()
                .query(tenant.id(), INSERT, row(tenant, request, audience, session, code))
                .compose(rows -> made(rows, code));
    }

    /** The same within a transaction that also opens the session. */
    public Future<String> code(
            SqlConnection tx, Tenant tenant, AuthorizeRequest request, String audience, Session session) {
        String code = Bearer.mint(Bearer.CODE);
        return PushedRequests.use(tx, request)
                .compose(v -> tx.preparedQuery(INSERT).execute(row(tenant, request, audience, session, code)))
                .compose(rows -> made(rows, code));
    }

    private static Tuple row(Tenant tenant, AuthorizeRequest request, String audience, Session session, String code) {
        return Tuple.from(Arrays.asList(
                tenant.id().value(),
                Buffer.buffer(Bearer.hash(code)),
                request.clientId(),
                request.redirectUri(),
                session.id().value(),
                request.scope().toArray(String[]::new),
                audience,
                request.nonce().orElse(null),
                request.codeChallenge(),
                (double) CODE_SECONDS));
    }

    private static Future<String> made(RowSet<Row> rows, String code) {
        return rows.rowCount() == 1
                ? Future.succeededFuture(code)
                : Future.failedFuture(new OAuthError(400, "access_denied", "the session has ended"));
    }

    /** Sends the browser back with a code. */
    public void sendCode(RoutingContext context, Tenant tenant, AuthorizeRequest request, String code) {
        send(context, tenant, request.returnAddress(), Map.of("code", code));
    }

    /** Sends the browser back with an error. */
    public void sendError(RoutingContext context, Tenant tenant, ReturnAddress to, OAuthError error) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("error", error.code());
        values.put("error_description", error.getMessage());
        send(context, tenant, to, values);
    }

    private void send(RoutingContext context, Tenant tenant, ReturnAddress to, Map<String, String> values) {
        Map<String, String> all = new LinkedHashMap<>(values);
        to.state().ifPresent(s -> all.put("state", s));
        all.put("iss", tenant.issuer(publicUrl));
        if (to.formPost()) {
            page.post(context, to.redirectUri(), all);
            return;
        }
        StringBuilder location = new StringBuilder(to.redirectUri());
        char separator = to.redirectUri().indexOf('?') < 0 ? '?' : '&';
        for (Map.Entry<String, String> entry : all.entrySet()) {
            location.append(separator)
                    .append(entry.getKey())
                    .append('=')
                    .append(URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8));
            separator = '&';
        }
        Answers.redirect(context, location.toString());
    }
}
