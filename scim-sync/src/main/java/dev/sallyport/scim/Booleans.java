package dev.sallyport.scim;

import java.util.Optional;

/** Booleans as they arrive: as such, or as texts such as Entra ID's {@code "False"}. */
final class Booleans {
    private Booleans() {}

    static Optional<Boolean> read(Object value) {
        if (value instanceof Boolean truth) {
            return Optional.of(truth);
        }
        if (value instanceof String text) {
            if (text.strip().equalsIgnoreCase("true")) {
                return Optional.of(true);
            }
            if (text.strip().equalsIgnoreCase("false")) {
                return Optional.of(false);
            }
        }
        return Optional.empty();
    }
}
