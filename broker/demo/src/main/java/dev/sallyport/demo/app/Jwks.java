package dev.sallyport.demo.app;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.vertx.core.Future;
import io.vertx.ext.web.client.WebClient;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A tenant's public keys. Asked again after five minutes, and for an unknown key id, but never more than once in two seconds, so
 * that forged tokens cannot make the application hammer Sallyport. One request serves everybody who waits.
 */
final class Jwks {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final Duration AT_MOST_EVERY = Duration.ofSeconds(2);

    private record Snapshot(JWKSet keys, Instant at) {}

    private final WebClient client;
    private final Clock clock;
    private final String address;
    private Future<Snapshot> latest;
    private Instant askedAt = Instant.MIN;

    Jwks(WebClient client, Clock clock, String address) {
        this.client = client;
        this.clock = clock;
        this.address = address;
    }

    /** The key with this id; empty when there is none. Fails when the key set cannot be had. */
    Future<Optional<JWK>> find(String kid) {
        return current(false).compose(snapshot -> {
            Optional<JWK> key = Optional.ofNullable(snapshot.keys.getKeyByKeyId(kid));
            return key.isPresent()
                    ? Future.succeededFuture(key)
                    : current(true).map(again -> Optional.ofNullable(again.keys.getKeyByKeyId(kid)));
        });
    }

    private synchronized Future<Snapshot> current(boolean again) {
        Instant now = clock.instant();
        boolean old = latest != null
                && latest.succeeded()
                && latest.result().at.plus(LIFE).isBefore(now);
        boolean mayAsk = askedAt.isBefore(now.minus(AT_MOST_EVERY));
        boolean wanted = latest == null || latest.failed() || old || again;
        if (wanted && mayAsk && (latest == null || latest.isComplete())) {
            askedAt = now;
            latest = fetch();
        }
        return latest;
    }

    private Future<Snapshot> fetch() {
        return client.getAbs(address).timeout(TIMEOUT.toMillis()).send().compose(response -> {
            if (response.statusCode() != 200) {
                return Future.failedFuture(SignInRefused.unknown("the key set answered " + response.statusCode()));
            }
            try {
                return Future.succeededFuture(new Snapshot(JWKSet.parse(response.bodyAsString()), clock.instant()));
            } catch (ParseException e) {
                return Future.failedFuture(SignInRefused.unknown("the key set cannot be read"));
            }
        });
    }
}
