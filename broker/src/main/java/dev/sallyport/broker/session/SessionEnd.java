package dev.sallyport.broker.session;

import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;

/**
 * What happens when sessions end, whoever ends them: their refresh families and codes die, access tokens that are out get a cut-off, each
 * application that holds tokens of the session gets one notice in the outbox, and the provider's own refresh token goes.
 */
public final class SessionEnd {
    private SessionEnd() {}

    /** How much was found and closed. */
    public record Ended(int sessions, int families, int refreshTokens, int codes, int notices) {}

    /**
     * Ends sessions within a transaction.
     *
     * @param offboarding whose receipt the notices stand on
     */
    public static Future<Ended> end(
            SqlConnection tx, TenantId tenant, Collection<UUID> sessions, String cause, Optional<UUID> offboarding) {
        if (sessions.isEmpty()) {
            return Future.succeededFuture(new Ended(0, 0, 0, 0, 0));
        }
        UUID[] ids = sessions.stream().sorted().toArray(UUID[]::new);
        return tx.preparedQuery(
                        "UPDATE sessions SET ended_at = now(), end_cause = $2, upstream_id_token = NULL WHERE id = ANY ($1) AND ended_at IS NULL RETURNING id")
                .execute(Tuple.of(ids, cause))
                .compose(rows -> {
                    UUID[] ended = new UUID[rows.size()];
                    int i = 0;
                    for (var row : rows) {
                        ended[i++] = row.getUUID("id");
                    }
                    return close(tx, tenant, ended, cause, offboarding);
                });
    }

    private static Future<Ended> close(
            SqlConnection tx, TenantId tenant, UUID[] ended, String cause, Optional<UUID> offboarding) {
        Future<Integer> tokens = tx.preparedQuery("""
                        SELECT count(*)::int AS n FROM refresh_tokens t JOIN refresh_families f ON f.tenant_id = t.tenant_id AND f.id = t.family_id
                        WHERE f.session_id = ANY ($1) AND f.ended_at IS NULL AND t.used_at IS NULL""")
                .execute(Tuple.of((Object) ended))
                .map(rows -> rows.iterator().next().getInteger("n"));
        Future<Integer> families = tx.preparedQuery(
                        "UPDATE refresh_families SET ended_at = now(), end_cause = $2 WHERE session_id = ANY ($1) AND ended_at IS NULL")
                .execute(Tuple.of(ended, cause))
                .map(rows -> rows.rowCount());
        Future<Integer> codes = tx.preparedQuery(
                        "DELETE FROM authorization_codes WHERE session_id = ANY ($1) AND used_at IS NULL")
                .execute(Tuple.of((Object) ended))
                .map(rows -> rows.rowCount());
        Future<?> cutoffs = tx.preparedQuery("""
                        INSERT INTO revocations (tenant_id, kind, value, not_before, expires_at)
                        SELECT $1, 'session', id::text, clock_timestamp(), clock_timestamp() + interval '10 minutes' FROM unnest($2::uuid[]) AS s (id)""").execute(Tuple.of(tenant.value(), (Object) ended));
        Future<Integer> notices = tx.preparedQuery("""
                        INSERT INTO outbox (tenant_id, id, offboarding_id, kind, client_id, subject, session_id, target)
                        SELECT $1, gen_random_uuid(), $3, 'backchannel_logout', a.client_id, s.user_id::text, s.id, a.backchannel_logout_uri
                        FROM session_applications sa
                        JOIN sessions s ON s.tenant_id = sa.tenant_id AND s.id = sa.session_id
                        JOIN applications a ON a.client_id = sa.client_id
                        WHERE sa.session_id = ANY ($2) AND a.backchannel_logout_uri IS NOT NULL""")
                .execute(Tuple.from(Arrays.asList(tenant.value(), ended, offboarding.orElse(null))))
                .map(rows -> rows.rowCount());
        Future<Integer> upstream = UpstreamGrants.takeAway(tx, tenant, ended, offboarding);
        return Future.all(tokens, families, codes, cutoffs, notices, upstream)
                .compose(v ->
                        notices.result() + upstream.result() == 0 ? Future.succeededFuture() : wakeOutbox(tx, tenant))
                .map(v ->
                        new Ended(ended.length, families.result(), tokens.result(), codes.result(), notices.result()));
    }

    /**
     * Makes the tenant's outbox due now. The time changes even if it was due already: by that a node that has chosen its notices sees that
     * more came since, and does not put them off.
     */
    public static Future<Void> wakeOutbox(SqlConnection tx, TenantId tenant) {
        return tx.preparedQuery("""
                        INSERT INTO jobs (tenant_id, kind) VALUES ($1, 'outbox')
                        ON CONFLICT (tenant_id, kind, key) DO UPDATE SET due_at = least(jobs.due_at - interval '1 microsecond', now())""").execute(Tuple.of(tenant.value())).mapEmpty();
    }
}
