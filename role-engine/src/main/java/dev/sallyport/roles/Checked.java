package dev.sallyport.roles;

import java.util.List;
import java.util.Objects;

/** The outcome of checking input: either the finished value, or everything that is wrong with it at once. */
public sealed interface Checked<T> {

    /** What is wrong; empty when the input was good. */
    List<Violation> violations();

    /** The value; fails with {@link IllegalArgumentException} naming every violation when there is none. */
    T orElseThrow();

    /** The input was good. */
    record Valid<T>(T value) implements Checked<T> {

        public Valid {
            Objects.requireNonNull(value);
        }

        @Override
        public List<Violation> violations() {
            return List.of();
        }

        @Override
        public T orElseThrow() {
            return value;
        }
    }

    /** The input was refused; the list has at least one entry. */
    record Invalid<T>(List<Violation> violations) implements Checked<T> {

        public Invalid {
            violations = List.copyOf(violations);
        }

        @Override
        public T orElseThrow() {
            throw new IllegalArgumentException(violations.toString());
        }
    }
}
