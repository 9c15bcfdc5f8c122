package dev.sallyport.broker.token;

import dev.sallyport.broker.application.Application;
import dev.sallyport.broker.application.Applications;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * With which access tokens API keys may be looked after: those that an application of the vendor's own got when the person signed in. A
 * token that came from a key could make its key immortal, and one on somebody's behalf is not the person.
 */
public final class KeyManagement {
    /** A sign-in is recent for so long. */
    public static final Duration RECENT = Duration.ofMinutes(15);

    private final Applications applications;
    private final Clock clock;

    public KeyManagement(Applications applications, Clock clock) {
        this.applications = applications;
        this.clock = clock;
    }

    /** What a token is good for here. */
    public enum Verdict {
        /** Everything. */
        MAKE,
        /** Looking, narrowing and ending; making only after a sign-in that is at most {@link #RECENT} ago (RFC 9470). */
        STEP_UP,
        /** Nothing. */
        NEVER
    }

    /** Judges a token that is live. */
    public Future<Verdict> judge(VerifiedToken token) {
        if (token.user().isEmpty() || token.apiKey().isPresent() || token.isDelegated()) {
            return Future.succeededFuture(Verdict.NEVER);
        }
        return applications.find(token.clientId()).map(found -> {
            if (found.map(Application::thirdParty).orElse(true)) {
                return Verdict.NEVER;
            }
            boolean trusted = found.get().entrusted().managesApiKeys();
            return trusted || isRecent(token.authTime()) ? Verdict.MAKE : Verdict.STEP_UP;
        });
    }

    private boolean isRecent(Optional<Instant> authTime) {
        return authTime.map(t -> !t.plus(RECENT).isBefore(clock.instant())).orElse(false);
    }
}
