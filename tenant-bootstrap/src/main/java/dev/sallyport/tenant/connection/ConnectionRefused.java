package dev.sallyport.tenant.connection;

import dev.sallyport.roles.Violation;
import java.util.List;

/** A connection that cannot be stored as it was asked for; says which fields are at fault. */
public final class ConnectionRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Violation> violations;
    private final boolean blockedAddress;

    ConnectionRefused(List<Violation> violations, boolean blockedAddress) {
        super(violations.toString());
        this.violations = List.copyOf(violations);
        this.blockedAddress = blockedAddress;
    }

    /** What is wrong, field by field, in the words of the admin API. */
    public List<Violation> violations() {
        return violations;
    }

    /** Whether an address is among it that may not be called: {@code blocked_address}. */
    public boolean isBlockedAddress() {
        return blockedAddress;
    }
}
