package dev.sallyport.tenant;

import java.util.Objects;
import java.util.UUID;

/**
 * The identity of a person within one tenant. Its text form is the {@code sub} of that tenant's tokens: stable, opaque, never reused.
 *
 * @param value unique in all tenants, meaningful in one
 */
public record UserId(UUID value) {
    public UserId {
        Objects.requireNonNull(value, "user id");
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
