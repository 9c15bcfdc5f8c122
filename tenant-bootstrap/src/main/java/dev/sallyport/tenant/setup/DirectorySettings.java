package dev.sallyport.tenant.setup;

import dev.sallyport.database.TenantId;
import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The tenant's directory as the setup pages want to show and save it; implemented by whoever reads directories. */
public interface DirectorySettings {
    /**
     * A directory as it is configured.
     *
     * @param maxRemovalRatio 0 to 1
     */
    record Current(String baseUrl, boolean secretSet, int maxRemovals, double maxRemovalRatio) {}

    /**
     * A directory as it shall be.
     *
     * @param bearer empty keeps the stored one, if the base URL stays the same
     * @param connection through which the people of this directory sign in, if one is set up
     */
    record Wanted(
            String baseUrl,
            Optional<String> bearer,
            int maxRemovals,
            double maxRemovalRatio,
            Optional<ConnectionId> connection) {
        /** Without the bearer. */
        @Override
        public String toString() {
            return "Wanted[" + baseUrl + "]";
        }
    }

    /**
     * A reading that changes nothing.
     *
     * @param over whether it has come to its end
     * @param problem why it failed; or empty
     * @param found how many people the directory has
     * @param come how many of them would get an account
     * @param missing how many accounts here are not there
     * @param at when it was asked for
     */
    record Tried(boolean over, String problem, int found, int come, int missing, Instant at) {}

    /** Asks for a reading that changes nothing. False if one is under way, or there is nothing to read. */
    Future<Boolean> tryOut(TenantId tenant, String actor);

    /** The last reading of that kind. */
    Future<Optional<Tried>> tried(TenantId tenant);

    /** What is configured, if anything. */
    Future<Optional<Current>> current(TenantId tenant);

    /** Saves it, audited; fails with {@link Refused} when a field is wrong. */
    Future<Void> save(TenantId tenant, Wanted wanted, String actor);

    /** Settings that cannot be saved. */
    final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient List<Violation> violations;

        /** The fields are {@code base_url}, {@code bearer}, {@code max_removals}, {@code max_removal_ratio}. */
        public Refused(List<Violation> violations) {
            super(violations.toString());
            this.violations = List.copyOf(violations);
        }

        /** What is wrong, field by field. */
        public List<Violation> violations() {
            return violations;
        }
    }
}
