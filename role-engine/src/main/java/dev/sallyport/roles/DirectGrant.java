package dev.sallyport.roles;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * A role given to one person by hand or by an import, past all groups. It always shows as such in
 * {@link Access#provenance()}.
 *
 * @param id unique within the person
 * @param role the role's name
 * @param expiresAt the moment from which on it gives nothing
 * @param reason why it was given
 */
public record DirectGrant(String id, String role, Optional<Instant> expiresAt, Optional<String> reason)
        implements Origin {

    public DirectGrant {
        Objects.requireNonNull(id);
        Objects.requireNonNull(role);
        Objects.requireNonNull(expiresAt);
        Objects.requireNonNull(reason);
    }

    /** A grant that does not end. */
    public static DirectGrant of(String id, String role) {
        return new DirectGrant(id, role, Optional.empty(), Optional.empty());
    }

    /** The same grant, giving nothing from that moment on. */
    public DirectGrant until(Instant end) {
        return new DirectGrant(id, role, Optional.of(end), reason);
    }

    /** The same grant with the reason for it. */
    public DirectGrant because(String why) {
        return new DirectGrant(id, role, expiresAt, Optional.of(why));
    }
}
