package dev.sallyport.scim;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A filter after RFC 7644 §3.4.2.2, parsed. */
public sealed interface FilterExpression {
    /** All of them hold; at least two. */
    record And(List<FilterExpression> all) implements FilterExpression {
        public And {
            all = List.copyOf(all);
        }
    }

    /** One of them holds; at least two. */
    record Or(List<FilterExpression> any) implements FilterExpression {
        public Or {
            any = List.copyOf(any);
        }
    }

    /** It does not hold. */
    record Not(FilterExpression negated) implements FilterExpression {}

    /**
     * An attribute compared with a value.
     *
     * @param value a String, Boolean, Number or null
     */
    record Comparison(AttributePath path, Operator operator, Object value) implements FilterExpression {}

    /** The attribute has a value that is not empty. */
    record Present(AttributePath path) implements FilterExpression {}

    /** One value of a multi-valued attribute satisfies the inner filter as a whole. */
    record ValuePath(AttributePath path, FilterExpression filter) implements FilterExpression {}

    /** The comparison operators; {@code pr} is {@link Present}. */
    enum Operator {
        EQ,
        NE,
        CO,
        SW,
        EW,
        GT,
        GE,
        LT,
        LE;

        static Optional<Operator> of(String word) {
            for (Operator operator : values()) {
                if (operator.name().equalsIgnoreCase(word)) {
                    return Optional.of(operator);
                }
            }
            return Optional.empty();
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads a filter of at most 4096 characters and 20 levels. Fails with {@code invalidFilter}. */
    static FilterExpression parse(String text) {
        return new FilterParser(text).parse();
    }
}
