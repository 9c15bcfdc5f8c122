package dev.sallyport.broker.session;

import java.util.Objects;
import java.util.UUID;

/**
 * The identity of a session; its text form is the {@code sid} of tokens. Not a secret: the cookie holds another value.
 *
 * @param value meaningful within its tenant
 */
public record SessionId(UUID value) {
    public SessionId {
        Objects.requireNonNull(value, "session id");
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
