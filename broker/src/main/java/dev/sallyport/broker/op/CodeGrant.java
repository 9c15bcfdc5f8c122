package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.session.SessionEnd;
import dev.sallyport.broker.session.SessionId;
import dev.sallyport.broker.token.RefreshTokens;
import dev.sallyport.broker.token.TokenSubject;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.database.Database;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code authorization_code} (RFC 6749 §4.1.3, RFC 7636 §4.6). The code is burnt by whatever attempt its own client makes, right or wrong;
 * a second use by that client ends what the first one started. Another client's attempt changes nothing.
 */
public final class CodeGrant {
    private static final String FIND = """
            SELECT c.*, c.expires_at > now() AS in_time, s.auth_time, s.acr, s.amr, s.expires_at AS session_end,
              u.status = 'active' AND s.ended_at IS NULL AND s.expires_at > now() AND k.status = 'active'
                AND ($2::timestamptz IS NULL OR s.created_at > $2) AS live
            FROM authorization_codes c
            JOIN sessions s ON s.tenant_id = c.tenant_id AND s.id = c.session_id
            JOIN users u ON u.tenant_id = c.tenant_id AND u.id = c.user_id
            JOIN connections k ON k.tenant_id = s.tenant_id AND k.id = s.connection_id
            WHERE c.code_hash = $1 FOR UPDATE OF c FOR NO KEY UPDATE OF s""";

    private final Database database;
    private final RefreshTokens refreshTokens;
    private final TokenAnswer answer;

    public CodeGrant(Database database, RefreshTokens refreshTokens, TokenAnswer answer) {
        this.database = database;
        this.refreshTokens = refreshTokens;
        this.answer = answer;
    }

    Future<JsonObject> grant(Tenant tenant, Applications.Client client, Parameters form) {
        String code = form.require("code");
        String redirectUri = form.require("redirect_uri");
        String verifier = form.require("code_verifier");
        Resource.require(form, client);
        Buffer hash = Buffer.buffer(Bearer.hash(code));
        return answer.ready(tenant)
                .compose(ready -> database.tenants().transaction(tenant.id(), tx -> tx.preparedQuery(FIND)
                        .execute(Tuple.of(
                                hash,
                                tenant.notBefore()
                                        .map(t -> t.atOffset(ZoneOffset.UTC))
                                        .orElse(null)))
                        .compose(rows -> rows.size() == 0
                                ? Future.succeededFuture(Optional.<JsonObject>empty())
                                : redeem(
                                        tx,
                                        ready,
                                        tenant,
                                        client,
                                        hash,
                                        rows.iterator().next(),
                                        redirectUri,
                                        verifier))))
                .compose(body -> body.map(Future::succeededFuture)
                        .orElseGet(() -> Future.failedFuture(OAuthError.invalidGrant())));
    }

    private Future<Optional<JsonObject>> redeem(
            SqlConnection tx,
            TokenAnswer.Ready ready,
            Tenant tenant,
            Applications.Client client,
            Buffer hash,
            Row row,
            String redirectUri,
            String verifier) {
        if (!row.getString("client_id").equals(client.id())) {
            return Future.succeededFuture(Optional.empty());
        }
        if (row.getOffsetDateTime("used_at") != null) {
            return replayed(tx, tenant, client, row).map(Optional.empty());
        }
        UUID family = Uuid7.next();
        boolean good = row.getBoolean("in_time")
                && row.getBoolean("live")
                && row.getString("redirect_uri").equals(redirectUri)
                && Bearer.same(
                        row.getString("code_challenge").getBytes(StandardCharsets.US_ASCII),
                        challenge(verifier).getBytes(StandardCharsets.US_ASCII));
        Future<?> burnt = tx.preparedQuery(
                        "UPDATE authorization_codes SET used_at = now(), family_id = $2 WHERE code_hash = $1")
                .execute(Tuple.of(hash, good ? family : null));
        if (!good) {
            return burnt.map(Optional.empty());
        }
        TokenSubject subject = subject(row);
        return burnt.compose(v -> tx.preparedQuery("""
                                INSERT INTO session_applications (tenant_id, session_id, client_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING""")
                        .execute(Tuple.of(tenant.id().value(), subject.session().value(), client.id())))
                .compose(v -> refreshTokens.start(
                        tx,
                        tenant,
                        family,
                        client,
                        subject,
                        row.getOffsetDateTime("session_end").toInstant()))
                .compose(refreshToken -> answer.of(tx, ready, tenant, client, subject, refreshToken))
                .map(Optional::of);
    }

    private static TokenSubject subject(Row row) {
        return new TokenSubject(
                new UserId(row.getUUID("user_id")),
                new SessionId(row.getUUID("session_id")),
                row.getOffsetDateTime("auth_time").toInstant(),
                Optional.ofNullable(row.getString("acr")),
                List.of(row.getArrayOfStrings("amr")),
                List.of(row.getArrayOfStrings("scope")),
                Optional.ofNullable(row.getString("nonce")));
    }

    /** RFC 6749 §4.1.2: a code that comes twice has leaked; everything of its session goes. */
    private static Future<Void> replayed(SqlConnection tx, Tenant tenant, Applications.Client client, Row row) {
        UUID session = row.getUUID("session_id");
        return SessionEnd.end(tx, tenant.id(), List.of(session), "code_reuse", Optional.empty())
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant.id(),
                        AuditEvent.of("application:" + client.id(), "code_reuse", "session:" + session)));
    }

    private static String challenge(String verifier) {
        if (!verifier.matches("[A-Za-z0-9._~-]{43,128}")) {
            return "";
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
