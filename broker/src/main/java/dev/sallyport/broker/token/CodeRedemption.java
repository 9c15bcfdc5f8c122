package dev.sallyport.broker.token;

import dev.sallyport.broker.people.Person;
import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.database.Database;
import dev.sallyport.database.Gathering;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Redeems authorization codes, as one statement for all that wait at the same moment: it locks the code and its session, judges, burns the
 * code, starts the refresh family, and reads the person (RFC 6749 §4.1.3). A code that somebody else holds is asked for again alone. Rows
 * are looked up as in {@link Rotation}.
 */
public final class CodeRedemption {
    private static final String REDEEM = """
            WITH asked AS (
              SELECT * FROM unnest($1::bytea[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::bytea[], $8::timestamptz[])
                AS a (code_hash, by_client, return_to, challenge, new_family, leaf_hash, leaf_end)
            ), held AS (
              SELECT a.*, c.tenant_id, c.client_id, c.redirect_uri, c.code_challenge, c.user_id, c.session_id, c.scope, c.audience,
                c.nonce, c.used_at, c.expires_at > now() AS in_time, s.auth_time, s.acr, s.amr, s.expires_at AS session_end,
                u.status = 'active' AND s.ended_at IS NULL AND s.expires_at > now() AND k.status = 'active'
                  AND ($2::timestamptz IS NULL OR s.created_at > $2) AS live
              FROM asked a
              CROSS JOIN LATERAL (SELECT * FROM authorization_codes c WHERE c.code_hash = a.code_hash OFFSET 0 FOR UPDATE %1$s) AS c
              CROSS JOIN LATERAL (SELECT * FROM sessions s WHERE s.id = c.session_id OFFSET 0 FOR SHARE %1$s) AS s
              CROSS JOIN LATERAL (SELECT * FROM users u WHERE u.id = c.user_id OFFSET 0) AS u
              CROSS JOIN LATERAL (SELECT * FROM connections k WHERE k.id = s.connection_id OFFSET 0) AS k
            ), judged AS (
              SELECT h.*, h.new_family AS family_id, CASE
                WHEN h.client_id <> h.by_client THEN 'other_client'
                WHEN h.used_at IS NOT NULL THEN 'replayed'
                WHEN h.in_time AND h.live AND h.redirect_uri = h.return_to AND h.code_challenge = h.challenge THEN 'redeemed'
                ELSE 'refused' END AS outcome
              FROM held h
            ), burnt AS (
              UPDATE authorization_codes c SET used_at = now(), family_id =
                (SELECT j.new_family FROM judged j WHERE j.code_hash = c.code_hash AND j.outcome = 'redeemed')
              WHERE c.code_hash = ANY (ARRAY(SELECT j.code_hash FROM judged j WHERE j.outcome IN ('redeemed', 'refused')))
            ), takes_part AS (
              INSERT INTO session_applications (tenant_id, session_id, client_id)
              SELECT DISTINCT tenant_id, session_id, client_id FROM judged WHERE outcome = 'redeemed' ON CONFLICT DO NOTHING
            ), family AS (
              INSERT INTO refresh_families (tenant_id, id, user_id, session_id, client_id, scope, audience, expires_at)
              SELECT tenant_id, new_family, user_id, session_id, client_id, scope, audience, session_end FROM judged
              WHERE outcome = 'redeemed'
            ), leaf AS (
              INSERT INTO refresh_tokens (tenant_id, token_hash, family_id, generation, expires_at)
              SELECT tenant_id, leaf_hash, new_family, 1, leaf_end FROM judged WHERE outcome = 'redeemed'
            )
            SELECT a.code_hash, j.outcome, j.nonce, %2$s, %3$s, group_sources, group_values, direct_grants,
              j.outcome IS NULL AND (SELECT true FROM authorization_codes c WHERE c.code_hash = a.code_hash) IS NOT NULL AS taken
            FROM asked a LEFT JOIN judged j ON j.code_hash = a.code_hash
            LEFT JOIN LATERAL (SELECT * FROM users u WHERE u.id = j.user_id OFFSET 0) AS u ON true""";

    private static final String TOGETHER = statement("SKIP LOCKED");
    private static final String ALONE = statement("");

    private final Database database;
    private final Gathering<Attempt, Row> gathering;

    public CodeRedemption(Database database) {
        this.database = database;
        this.gathering = new Gathering<>(Attempt::hash, (tenant, attempts) -> ask(tenant, TOGETHER, attempts));
    }

    private static String statement(String locked) {
        return REDEEM.formatted(locked, Granted.SUBJECT, Person.COLUMNS) + PersonAccess.heldBy("u.id");
    }

    /** What an attempt with a code leads to. */
    public sealed interface Outcome {
        /** The code was good; now it is burnt. */
        record Redeemed(Granted granted) implements Outcome {}

        /** The same client came a second time with it. */
        record Replayed(UUID session) implements Outcome {}

        /** Nothing. */
        record Refused() implements Outcome {}
    }

    private record Attempt(
            Buffer hash,
            String clientId,
            String redirectUri,
            String challenge,
            UUID family,
            String refreshToken,
            Instant refreshEnd,
            OffsetDateTime tenantCutoff) {}

    /**
     * Redeems a code.
     *
     * @param challenge what the presented verifier makes (RFC 7636 §4.6), or an empty text if it is no verifier
     * @param now by this node's clock; the refresh token's idle time runs from here
     */
    public Future<Outcome> redeem(
            Tenant tenant, String clientId, String code, String redirectUri, String challenge, Instant now) {
        Attempt attempt = new Attempt(
                Buffer.buffer(Bearer.hash(code)),
                clientId,
                redirectUri,
                challenge,
                Uuid7.next(),
                Bearer.mint(Bearer.REFRESH_TOKEN),
                now.plus(tenant.lifetimes().refreshIdle()),
                RefreshTokens.cutoff(tenant));
        return gathering
                .ask(tenant.id(), attempt)
                .compose(row -> row.getBoolean("taken")
                        ? ask(tenant.id(), ALONE, List.of(attempt)).map(rows -> rows.get(0))
                        : Future.succeededFuture(row))
                .map(row -> outcome(row, attempt));
    }

    private static Outcome outcome(Row row, Attempt attempt) {
        return switch (String.valueOf(row.getString("outcome"))) {
            case "redeemed" ->
                new Outcome.Redeemed(new Granted(
                        Granted.subject(
                                row,
                                List.of(row.getArrayOfStrings("scope")),
                                Optional.ofNullable(row.getString("nonce"))),
                        row,
                        attempt.refreshToken()));
            case "replayed" -> new Outcome.Replayed(row.getUUID("session_id"));
            default -> new Outcome.Refused();
        };
    }

    private Future<List<Row>> ask(TenantId tenant, String sql, List<Attempt> attempts) {
        Tuple arguments = Tuple.tuple()
                .addArrayOfBuffer(attempts.stream().map(Attempt::hash).toArray(Buffer[]::new))
                .addOffsetDateTime(attempts.get(attempts.size() - 1).tenantCutoff())
                .addArrayOfString(attempts.stream().map(Attempt::clientId).toArray(String[]::new))
                .addArrayOfString(attempts.stream().map(Attempt::redirectUri).toArray(String[]::new))
                .addArrayOfString(attempts.stream().map(Attempt::challenge).toArray(String[]::new))
                .addArrayOfUUID(attempts.stream().map(Attempt::family).toArray(UUID[]::new))
                .addArrayOfBuffer(attempts.stream()
                        .map(each -> Buffer.buffer(Bearer.hash(each.refreshToken())))
                        .toArray(Buffer[]::new))
                .addArrayOfOffsetDateTime(attempts.stream()
                        .map(each -> each.refreshEnd().atOffset(ZoneOffset.UTC))
                        .toArray(OffsetDateTime[]::new));
        return database.tenants()
                .query(tenant, sql, arguments)
                .map(rows ->
                        Granted.inOrder(attempts.stream().map(Attempt::hash).toList(), rows, "code_hash"));
    }
}
