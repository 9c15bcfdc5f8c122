package dev.sallyport.broker.token;

import dev.sallyport.broker.people.Person;
import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.broker.session.UpstreamGrants;
import dev.sallyport.database.Database;
import dev.sallyport.database.Gathering;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Aead;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * The rotation itself, as one statement for all uses that wait at the same moment: it locks the token and its session, judges, marks the
 * token as used, makes the successor, and reads the person, so that nothing is issued past the end of a session. A token or session that
 * somebody else holds is left out and asked for again alone, so that one that is held does not keep the others waiting.
 *
 * <p>Each row is looked up by its whole key, one after another ({@code LATERAL … OFFSET 0}): the planner, which takes every tenant to be of
 * average size, would else read all rows of the tenant as soon as it believes them to be few.
 */
final class Rotation {
    private static final String ROTATE = """
            WITH asked AS (
              SELECT * FROM unnest($1::bytea[], $3::bytea[], $4::bytea[], $5::text[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::boolean[])
                AS a (token_hash, next_hash, next_box, by_client, wanted, at, next_end, asked)
            ), held AS (
              SELECT a.*, t.tenant_id, t.family_id, t.expires_at, t.used_at, t.successor_box, f.client_id, f.user_id, f.session_id,
                f.scope, f.expires_at AS family_expires_at, f.ended_at AS family_ended_at, s.auth_time, s.expires_at AS session_end, s.acr, s.amr,
                c.liveness_seconds, %5$s
              FROM asked a
              CROSS JOIN LATERAL (SELECT * FROM refresh_tokens t WHERE t.token_hash = a.token_hash OFFSET 0 FOR UPDATE %1$s) AS t
              CROSS JOIN LATERAL (SELECT * FROM refresh_families f WHERE f.id = t.family_id OFFSET 0) AS f
              CROSS JOIN LATERAL (SELECT * FROM sessions s WHERE s.id = f.session_id OFFSET 0 FOR SHARE %1$s) AS s
              CROSS JOIN LATERAL (SELECT * FROM users u WHERE u.id = f.user_id OFFSET 0) AS u
              CROSS JOIN LATERAL (SELECT * FROM connections c WHERE c.id = s.connection_id OFFSET 0) AS c
            ), judged AS (
              SELECT h.*, CASE
                WHEN h.client_id <> h.by_client THEN 'other_client'
                WHEN h.family_ended_at IS NOT NULL OR NOT h.live THEN 'ended'
                WHEN h.used_at < h.at - interval '%2$s seconds' THEN 'replayed'
                WHEN h.family_expires_at <= h.at OR (h.used_at IS NULL AND h.expires_at <= h.at) THEN 'expired'
                WHEN h.wanted <> '' AND NOT string_to_array(h.wanted, ' ') <@ h.scope THEN 'scope'
                WHEN h.used_at IS NOT NULL THEN 'again'
                WHEN h.liveness_seconds IS NOT NULL AND NOT h.asked AND (%6$s) IS NOT NULL THEN 'ask'
                ELSE 'rotated' END AS outcome
              FROM held h
            ), used AS (
              UPDATE refresh_tokens t SET used_at = (SELECT j.at FROM judged j WHERE j.token_hash = t.token_hash),
                successor_box = (SELECT j.next_box FROM judged j WHERE j.token_hash = t.token_hash)
              WHERE t.token_hash = ANY (ARRAY(SELECT j.token_hash FROM judged j WHERE j.outcome = 'rotated'))
              RETURNING t.tenant_id, t.token_hash, t.family_id, t.generation
            ), leaf AS (
              INSERT INTO refresh_tokens (tenant_id, token_hash, family_id, generation, expires_at)
              SELECT u.tenant_id, j.next_hash, u.family_id, u.generation + 1, j.next_end
              FROM used u JOIN judged j ON j.token_hash = u.token_hash
            )
            SELECT a.token_hash, j.outcome, j.successor_box, %3$s, %4$s, group_sources, group_values, direct_grants,
              j.outcome IS NULL AND (SELECT true FROM refresh_tokens t WHERE t.token_hash = a.token_hash) IS NOT NULL AS taken
            FROM asked a LEFT JOIN judged j ON j.token_hash = a.token_hash
            LEFT JOIN LATERAL (SELECT * FROM users u WHERE u.id = j.user_id OFFSET 0) AS u ON true""";

    /** Read for connections with liveness only. */
    private static final String DUE = "SELECT true FROM upstream_grants g WHERE g.session_id = h.session_id AND "
            + UpstreamGrants.DUE.formatted("h.liveness_seconds");

    private static final String TOGETHER = statement("SKIP LOCKED");
    private static final String ALONE = statement("");

    private final Database database;
    private final Gathering<Use, Row> gathering;

    Rotation(Database database) {
        this.database = database;
        this.gathering = new Gathering<>(Use::hash, (tenant, uses) -> ask(tenant, TOGETHER, uses));
    }

    private static String statement(String locked) {
        return ROTATE.formatted(
                        locked,
                        RefreshTokens.RACE_WINDOW.toSeconds(),
                        Granted.SUBJECT,
                        Person.COLUMNS,
                        RefreshTokens.LIVE,
                        DUE)
                + PersonAccess.heldBy("u.id");
    }

    /**
     * One use of a token, with the successor that it makes if it makes one.
     *
     * @param box the successor, sealed with a key derived from the token, so that only its holder can be given it again
     * @param asked whether the provider was asked just now, so that it need not be
     */
    record Use(
            String clientId,
            String token,
            Buffer hash,
            String wanted,
            String successor,
            Buffer box,
            Instant at,
            Instant successorEnd,
            OffsetDateTime tenantCutoff,
            boolean asked) {
        private static final String ASSOCIATED = "refresh_tokens/successor";

        static Use of(String clientId, String token, List<String> wanted, Instant now, Tenant tenant, boolean asked) {
            String next = Bearer.mint(Bearer.REFRESH_TOKEN);
            byte[] box = Aead.seal(key(token), (byte) 1, ASSOCIATED, next.getBytes(StandardCharsets.UTF_8));
            return new Use(
                    clientId,
                    token,
                    Buffer.buffer(Bearer.hash(token)),
                    String.join(" ", wanted),
                    next,
                    Buffer.buffer(box),
                    now,
                    now.plus(tenant.lifetimes().refreshIdle()),
                    RefreshTokens.cutoff(tenant),
                    asked);
        }

        String open(Buffer sealed) {
            return new String(Aead.open(key(token), ASSOCIATED, sealed.getBytes()), StandardCharsets.UTF_8);
        }

        private static byte[] key(String token) {
            return Aead.derive(token.getBytes(StandardCharsets.UTF_8), "successor");
        }
    }

    /** What became of a use, in the column {@code outcome}; empty if there is no such token. */
    Future<Optional<Row>> rotate(TenantId tenant, Use use) {
        return gathering.ask(tenant, use).compose(row -> {
            if (row.getString("outcome") != null) {
                return Future.succeededFuture(Optional.of(row));
            }
            return row.getBoolean("taken")
                    ? ask(tenant, ALONE, List.of(use))
                            .map(rows -> Optional.of(rows.get(0)).filter(r -> r.getString("outcome") != null))
                    : Future.succeededFuture(Optional.empty());
        });
    }

    private Future<List<Row>> ask(TenantId tenant, String sql, List<Use> uses) {
        Tuple arguments = Tuple.tuple()
                .addArrayOfBuffer(uses.stream().map(Use::hash).toArray(Buffer[]::new))
                .addOffsetDateTime(uses.get(uses.size() - 1).tenantCutoff())
                .addArrayOfBuffer(uses.stream()
                        .map(use -> Buffer.buffer(Bearer.hash(use.successor())))
                        .toArray(Buffer[]::new))
                .addArrayOfBuffer(uses.stream().map(Use::box).toArray(Buffer[]::new))
                .addArrayOfString(uses.stream().map(Use::clientId).toArray(String[]::new))
                .addArrayOfString(uses.stream().map(Use::wanted).toArray(String[]::new))
                .addArrayOfOffsetDateTime(times(uses.stream().map(Use::at).toList()))
                .addArrayOfOffsetDateTime(
                        times(uses.stream().map(Use::successorEnd).toList()))
                .addArrayOfBoolean(uses.stream().map(Use::asked).toArray(Boolean[]::new));
        return database.tenants()
                .query(tenant, sql, arguments)
                .map(rows -> Granted.inOrder(uses.stream().map(Use::hash).toList(), rows, "token_hash"));
    }

    private static OffsetDateTime[] times(List<Instant> instants) {
        return instants.stream().map(t -> t.atOffset(ZoneOffset.UTC)).toArray(OffsetDateTime[]::new);
    }
}
