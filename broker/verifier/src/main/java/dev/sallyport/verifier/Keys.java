package dev.sallyport.verifier;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.sallyport.verifier.Http.Answer;
import dev.sallyport.verifier.TokenRefused.Reason;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.security.Provider;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tenant's published keys (RFC 7517 §5). Read again when they are older than {@code Cache-Control} says, or for a key id that is
 * unknown, but never more often than once in {@link #WINDOW}, whatever the answer was; one request serves everybody who waits. A known key
 * goes only when a whole new set without it has come: neither a flood of made-up ids nor a broken answer takes it away (C07).
 */
final class Keys {
    /** At most one request in this time. */
    static final Duration WINDOW = Duration.ofSeconds(10);

    private static final Logger LOG = System.getLogger(Keys.class.getName());
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final int MOST_BYTES = 256 * 1024;
    private static final int MOST_KEYS = 100;
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(30);
    private static final Duration USUAL_LIFE = Duration.ofMinutes(5);
    private static final Duration LONGEST_LIFE = Duration.ofMinutes(10);
    /** When the keys cannot be read anew they are believed for so long. */
    private static final Duration TOO_OLD = Duration.ofHours(1);

    private static final Pattern MAX_AGE = Pattern.compile("(?:^|[,\\s])max-age=([0-9]{1,9})");

    private final Http http;
    private final URI address;
    private final Optional<Provider> provider;
    private final Ticker ticker;
    private volatile Snapshot snapshot = new Snapshot(Map.of(), 0, 0);
    private CompletableFuture<Void> loading;
    private boolean asked;
    private long askedAt;
    private volatile TokenRefused lastFailure;

    private record Snapshot(Map<String, Key> keys, long at, long lifeNanos) {}

    Keys(Http http, URI address, Optional<Provider> provider, Ticker ticker) {
        this.http = http;
        this.address = address;
        this.provider = provider;
        this.ticker = ticker;
    }

    /** The key with this id; at once if it is known. Fails with {@link TokenRefused}. */
    CompletableFuture<Key> find(String kid) {
        Snapshot now = snapshot;
        Key known = now.keys.get(kid);
        long age = ticker.nanos() - now.at;
        if (known != null && age < now.lifeNanos) {
            return CompletableFuture.completedFuture(known);
        }
        CompletableFuture<Void> again = refresh();
        if (known != null && age < TOO_OLD.toNanos()) {
            return CompletableFuture.completedFuture(known);
        }
        return again.thenApply(v -> {
            Snapshot fresh = snapshot;
            Key found = fresh.keys.get(kid);
            TokenRefused failure = lastFailure;
            if (found != null && ticker.nanos() - fresh.at < TOO_OLD.toNanos()) {
                return found;
            }
            throw failure == null ? new TokenRefused(Reason.UNKNOWN_KEY) : failure;
        });
    }

    /** Whether this very key is still believed. */
    boolean holds(Key key) {
        Snapshot now = snapshot;
        if (now.keys.get(key.kid()) != key) {
            return false;
        }
        long age = ticker.nanos() - now.at;
        if (age >= now.lifeNanos) {
            var unused = refresh();
        }
        return age < TOO_OLD.toNanos();
    }

    /** Reads the keys for the first time; fails with {@link TokenRefused}, 401 if there is no such issuer. */
    CompletableFuture<Void> first() {
        return refresh().thenApply(v -> {
            TokenRefused failure = lastFailure;
            if (failure != null) {
                throw failure;
            }
            return null;
        });
    }

    /** Reads the keys now because the revocation feed, which is believed, told of a revoked one. */
    void revoked() {
        var unused = load();
    }

    private synchronized CompletableFuture<Void> refresh() {
        if (loading == null && asked && ticker.nanos() - askedAt < WINDOW.toNanos()) {
            return CompletableFuture.completedFuture(null);
        }
        return load();
    }

    private synchronized CompletableFuture<Void> load() {
        if (loading != null) {
            return loading;
        }
        asked = true;
        askedAt = ticker.nanos();
        CompletableFuture<Void> mine = new CompletableFuture<>();
        loading = mine;
        var unused = http.get(address, Optional.empty(), MOST_BYTES, DEADLINE).whenComplete((answer, failure) -> {
            accept(answer, failure);
            synchronized (this) {
                loading = null;
            }
            mine.complete(null);
        });
        return mine;
    }

    private void accept(Answer answer, Throwable failure) {
        if (failure == null && answer.status() == 404) {
            lastFailure = new TokenRefused(Reason.UNKNOWN_ISSUER);
            return;
        }
        try {
            if (failure != null) {
                throw new IOException(failure);
            }
            if (answer.status() != 200) {
                throw new IOException("status " + answer.status());
            }
            Map<String, Key> keys = parse(answer.body());
            snapshot = new Snapshot(Map.copyOf(keys), ticker.nanos(), life(answer.cacheControl()));
            lastFailure = null;
        } catch (IOException | ParseException | RuntimeException e) {
            LOG.log(Level.WARNING, "the keys at {0} cannot be read: {1}", address, e.getMessage());
            lastFailure = new TokenRefused(Reason.KEYS_UNAVAILABLE);
        }
    }

    private Map<String, Key> parse(String text) throws ParseException, IOException {
        Map<String, Object>[] all = JSONObjectUtils.getJSONObjectArray(JSONObjectUtils.parse(text, MOST_BYTES), "keys");
        if (all == null || all.length > MOST_KEYS) {
            throw new IOException("no list of at most " + MOST_KEYS + " keys");
        }
        Map<String, Key> before = snapshot.keys;
        Map<String, Key> keys = new HashMap<>();
        for (Map<String, Object> json : all) {
            // What is remembered of a key's tokens stays good while the key is the same.
            Key.of(json, provider).ifPresent(key -> {
                Key known = before.get(key.kid());
                keys.putIfAbsent(key.kid(), key.isSame(known) ? known : key);
            });
        }
        if (keys.isEmpty()) {
            throw new IOException("no key that could be used");
        }
        return keys;
    }

    private static long life(Optional<String> cacheControl) {
        Matcher matcher = MAX_AGE.matcher(cacheControl.orElse(""));
        Duration said = matcher.find() ? Duration.ofSeconds(Long.parseLong(matcher.group(1))) : USUAL_LIFE;
        Duration most = said.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE : said;
        return (most.compareTo(SHORTEST_LIFE) < 0 ? SHORTEST_LIFE : most).toNanos();
    }
}
