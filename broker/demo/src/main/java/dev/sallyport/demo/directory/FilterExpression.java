package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** A SCIM filter (RFC 7644 §3.4.2.2), checked against the schema before it is made. */
sealed interface FilterExpression extends Predicate<JsonObject> {

    enum Operator {
        EQ,
        NE,
        CO,
        SW,
        EW,
        GT,
        GE,
        LT,
        LE
    }

    /** All must hold. */
    record And(List<FilterExpression> parts) implements FilterExpression {
        @Override
        public boolean test(JsonObject resource) {
            return parts.stream().allMatch(p -> p.test(resource));
        }
    }

    /** One must hold. */
    record Or(List<FilterExpression> parts) implements FilterExpression {
        @Override
        public boolean test(JsonObject resource) {
            return parts.stream().anyMatch(p -> p.test(resource));
        }
    }

    /** Must not hold. */
    record Not(FilterExpression part) implements FilterExpression {
        @Override
        public boolean test(JsonObject resource) {
            return !part.test(resource);
        }
    }

    /** The attribute has a value that is not empty. */
    record Present(AttributePath path) implements FilterExpression {
        @Override
        public boolean test(JsonObject resource) {
            return path.values(resource).stream().anyMatch(v -> !v.equals(""));
        }
    }

    /** The attribute has no value ({@code eq null}, RFC 7643 §2.5). */
    record Absent(AttributePath path) implements FilterExpression {
        @Override
        public boolean test(JsonObject resource) {
            return path.values(resource).isEmpty();
        }
    }

    /** One element of a multi-valued attribute fulfils the inner filter. */
    record Element(AttributePath path, FilterExpression inner) implements FilterExpression {
        @Override
        public boolean test(JsonObject resource) {
            Object found = path.holder(resource).getValue(path.attribute().name());
            if (found instanceof JsonArray many) {
                return many.stream().anyMatch(one -> one instanceof JsonObject o && inner.test(o));
            }
            return found instanceof JsonObject one && inner.test(one);
        }
    }

    /** One value compares as asked; {@code ne} holds when no value is equal. */
    record Compare(AttributePath path, Operator operator, Object literal) implements FilterExpression {
        @Override
        public boolean test(JsonObject resource) {
            if (operator == Operator.NE) {
                return path.values(resource).stream().noneMatch(v -> holds(v, Operator.EQ));
            }
            return path.values(resource).stream().anyMatch(v -> holds(v, operator));
        }

        private boolean holds(Object value, Operator how) {
            if (literal instanceof Instant wanted) {
                return ordered(instant(value.toString()).compareTo(wanted), how);
            }
            if (!(literal instanceof String text)) {
                return literal.equals(value);
            }
            boolean exact = path.leaf().caseExact() || path.leaf().isComplex();
            String left = exact ? value.toString() : value.toString().toLowerCase(Locale.ROOT);
            String right = exact ? text : text.toLowerCase(Locale.ROOT);
            return switch (how) {
                case CO -> left.contains(right);
                case SW -> left.startsWith(right);
                case EW -> left.endsWith(right);
                default -> ordered(left.compareTo(right), how);
            };
        }

        private static boolean ordered(int order, Operator how) {
            return switch (how) {
                case EQ -> order == 0;
                case GT -> order > 0;
                case GE -> order >= 0;
                case LT -> order < 0;
                case LE -> order <= 0;
                default -> false;
            };
        }
    }

    /**
     * Reads a SCIM dateTime.
     *
     * @throws ScimException invalidFilter when it is not one
     */
    static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw ScimException.invalidFilter("Not a date and time: a form like 2026-01-31T12:00:00Z is expected.");
        }
    }
}
