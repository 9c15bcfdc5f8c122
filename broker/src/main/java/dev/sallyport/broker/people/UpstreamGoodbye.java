package dev.sallyport.broker.people;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * A provider's word that one of its sessions has ended, where it crosses a sign-in that is under way: the provider may have signed the
 * person in before it signed them out, and its answer is still on its way here. So the word is remembered, and a sign-in that was begun
 * before it came opens nothing. Both take the same lock first: either the session is there when the word comes, or the word is there when
 * the session would open.
 *
 * @param sid the provider's session, if the word names it
 * @param sub the provider's {@code sub}, if the word names it; one of the two it names
 */
public record UpstreamGoodbye(ConnectionId connection, Optional<String> sid, Optional<String> sub) {
    /** Longer than any sign-in may take. */
    private static final Duration KEPT = Duration.ofHours(1);

    private static final String REMEMBER = """
            INSERT INTO upstream_logouts (tenant_id, connection_id, name, sub, received_at, expires_at)
            VALUES ($1, $2, $3, $4, clock_timestamp(), clock_timestamp() + make_interval(secs => $5))
            ON CONFLICT (tenant_id, connection_id, name) DO UPDATE SET sub = EXCLUDED.sub, received_at = EXCLUDED.received_at,
              expires_at = EXCLUDED.expires_at""";

    /**
     * Where a sign-in comes from, as the provider's logout tokens would name it.
     *
     * @param begunAt when the browser was sent to the provider, by the database's clock
     */
    public record Origin(Optional<String> sid, String sub, Instant begunAt) {
        /** The names by which a goodbye may mean it: by session, and by person. */
        String[] names() {
            return sid.map(s -> new String[] {bySession(s), byPerson(sub)})
                    .orElseGet(() -> new String[] {byPerson(sub)});
        }
    }

    /** Remembers it within the transaction that ends what is there already; from here on no sign-in of before gets past it. */
    public Future<Void> remember(SqlConnection tx, TenantId tenant) {
        String name = sid.map(UpstreamGoodbye::bySession)
                .or(() -> sub.map(UpstreamGoodbye::byPerson))
                .orElseThrow();
        Tuple row = Tuple.from(
                Arrays.asList(tenant.value(), connection.value(), name, sub.orElse(null), (double) KEPT.toSeconds()));
        return tx.preparedQuery("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                .execute(Tuple.of(lock(tenant, connection, name)))
                .compose(v -> tx.preparedQuery(REMEMBER).execute(row))
                .mapEmpty();
    }

    /** What is locked for a name. */
    static String lock(TenantId tenant, ConnectionId connection, String name) {
        return tenant + "|" + connection + "|goodbye|" + name;
    }

    private static String bySession(String sid) {
        return "sid:" + sid;
    }

    private static String byPerson(String sub) {
        return "sub:" + sub;
    }
}
