package dev.sallyport.roles;

import java.util.Objects;

/**
 * One thing that is wrong with what somebody asked for.
 *
 * @param field where, as a path into the input: {@code rules[3].roles}
 * @param message what is wrong, in a sentence that may be shown to the person who asked
 */
public record Violation(String field, String message) {

    public Violation {
        Objects.requireNonNull(field);
        Objects.requireNonNull(message);
    }
}
