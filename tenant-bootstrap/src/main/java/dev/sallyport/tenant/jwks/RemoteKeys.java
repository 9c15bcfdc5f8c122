package dev.sallyport.tenant.jwks;

import com.nimbusds.jose.jwk.JWK;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Somebody's public keys, at most ten minutes old. An unknown key id makes the set be fetched again: one fetch at a time and at most two
 * per 30 s, so that a flood of them costs the other side nothing (C07); a broken or empty answer never replaces a good one.
 */
public final class RemoteKeys {
    private static final Duration FRESH = Duration.ofMinutes(10);

    private final Refreshing<List<JWK>> keys;

    /**
     * @param source fetches the set
     */
    public RemoteKeys(Supplier<Future<List<JWK>>> source, Clock clock) {
        this.keys = new Refreshing<>(source, clock);
    }

    /**
     * The keys with this id; all of them if {@code kid} is null. The list is empty if the id stays unknown. Fails only if no good set was
     * ever had.
     */
    public Future<List<JWK>> withId(String kid) {
        return withId(kid, keys::fetch);
    }

    /** The same for a token that anybody may have sent: it cannot use up what a sign-in needs when the keys have just been replaced. */
    public Future<List<JWK>> withIdSaidByAnybody(String kid) {
        return withId(kid, keys::fetchSparingly);
    }

    private Future<List<JWK>> withId(String kid, Supplier<Future<List<JWK>>> fetch) {
        return keys.atMost(FRESH)
                .recover(this::lastOr)
                .compose(known -> select(known, kid).isEmpty()
                        ? fetch.get().recover(this::lastOr)
                        : Future.succeededFuture(known))
                .map(known -> select(known, kid));
    }

    /** Those of a set that have this id; all of them if {@code kid} is null. */
    public static List<JWK> select(List<JWK> keys, String kid) {
        return keys.stream()
                .filter(key -> kid == null || kid.equals(key.getKeyID()))
                .toList();
    }

    private Future<List<JWK>> lastOr(Throwable failure) {
        List<JWK> last = keys.last();
        return last == null ? Future.failedFuture(failure) : Future.succeededFuture(last);
    }
}
