package dev.sallyport.tenant.setup;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** SCIM push as the setup pages show and change it; implemented by whoever answers to those who push. */
public interface PushSettings {
    /** A token that is good. */
    record Token(UUID id, Instant createdAt, Instant expiresAt, Optional<Instant> lastUsedAt) {}

    /**
     * A token that was just made.
     *
     * @param secret shown this once
     */
    record Made(String secret, Instant expiresAt) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Made[" + expiresAt + "]";
        }
    }

    /**
     * A way in which the directory was refused.
     *
     * @param operation such as {@code PATCH Users}
     * @param cause a word for why; may be empty
     */
    record Refusal(String operation, int status, String cause, long times, Instant lastAt) {}

    /** The address to push to. */
    String baseUrl(Tenant tenant);

    /** The tokens that are good now, the newest first. */
    Future<List<Token>> live(TenantId tenant);

    /** Makes a token; empty if two are good already. */
    Future<Optional<Made>> make(TenantId tenant, String actor);

    /** Ends a token. False if there is no such one. */
    Future<Boolean> end(TenantId tenant, UUID id, String actor);

    /** What was refused lately, the latest first. */
    Future<List<Refusal>> refusals(TenantId tenant);
}
