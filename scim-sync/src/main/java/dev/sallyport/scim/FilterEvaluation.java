package dev.sallyport.scim;

import dev.sallyport.scim.FilterExpression.And;
import dev.sallyport.scim.FilterExpression.Comparison;
import dev.sallyport.scim.FilterExpression.Not;
import dev.sallyport.scim.FilterExpression.Operator;
import dev.sallyport.scim.FilterExpression.Or;
import dev.sallyport.scim.FilterExpression.Present;
import dev.sallyport.scim.FilterExpression.ValuePath;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether a resource satisfies a filter, decided in memory. Texts are compared without regard to case except for ids; of a multi-valued
 * attribute one value has to satisfy the comparison; an attribute without a value is equal to nothing but null.
 */
public final class FilterEvaluation {
    private static final Set<String> CASE_EXACT = Set.of("id", "externalid", "meta.version");

    private FilterEvaluation() {}

    /** Decides. Fails with {@code invalidFilter} if an operator does not fit the type of a value. */
    public static boolean test(FilterExpression filter, JsonObject resource) {
        if (filter instanceof And and) {
            return and.all().stream().allMatch(one -> test(one, resource));
        }
        if (filter instanceof Or or) {
            return or.any().stream().anyMatch(one -> test(one, resource));
        }
        if (filter instanceof Not not) {
            return !test(not.negated(), resource);
        }
        if (filter instanceof Present present) {
            return isPresent(values(resource, present.path()));
        }
        if (filter instanceof ValuePath path) {
            return values(resource, path.path()).stream().anyMatch(value -> test(path.filter(), asObject(value)));
        }
        return compare((Comparison) filter, resource);
    }

    private static boolean compare(Comparison comparison, JsonObject resource) {
        List<Object> values = values(resource, comparison.path());
        boolean exact = CASE_EXACT.contains(comparison.path().key());
        Operator operator = comparison.operator();
        if (operator == Operator.NE) {
            return comparison.value() == null
                    ? isPresent(values)
                    : values.stream().noneMatch(value -> holds(value, Operator.EQ, comparison.value(), exact));
        }
        if (comparison.value() == null) {
            return !isPresent(values);
        }
        return values.stream().anyMatch(value -> holds(value, operator, comparison.value(), exact));
    }

    private static boolean holds(Object value, Operator operator, Object asked, boolean exact) {
        Object actual = value instanceof JsonObject complex ? Names.value(complex, "value") : value;
        if (actual instanceof Boolean truth) {
            return truth.equals(bool(asked, operator));
        }
        if (actual instanceof Number number) {
            return asked instanceof BigDecimal other
                    && ordered(new BigDecimal(number.toString()).compareTo(other), operator);
        }
        if (!(actual instanceof String text) || !(asked instanceof String wanted)) {
            return false;
        }
        String left = exact ? text : text.toLowerCase(Locale.ROOT);
        String right = exact ? wanted : wanted.toLowerCase(Locale.ROOT);
        return switch (operator) {
            case EQ -> left.equals(right);
            case CO -> left.contains(right);
            case SW -> left.startsWith(right);
            case EW -> left.endsWith(right);
            default -> ordered(order(text, wanted, left, right), operator);
        };
    }

    private static Boolean bool(Object asked, Operator operator) {
        if (operator != Operator.EQ) {
            throw ScimException.invalidFilter("a boolean can only be compared by eq and ne");
        }
        if (asked instanceof Boolean truth) {
            return truth;
        }
        return asked instanceof String text ? Booleans.read(text).orElse(null) : null;
    }

    private static int order(String text, String wanted, String left, String right) {
        try {
            return instant(text).compareTo(instant(wanted));
        } catch (DateTimeException e) {
            // Not two points in time: then they are texts.
            return left.compareTo(right);
        }
    }

    private static Instant instant(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    private static boolean ordered(int order, Operator operator) {
        return switch (operator) {
            case EQ -> order == 0;
            case GT -> order > 0;
            case GE -> order >= 0;
            case LT -> order < 0;
            case LE -> order <= 0;
            default -> throw ScimException.invalidFilter("'" + operator + "' does not fit a number");
        };
    }

    /** An empty text can be compared, but it is no value (RFC 7644 §3.4.2.2, {@code pr}). */
    private static boolean isPresent(List<Object> values) {
        return values.stream().anyMatch(value -> !"".equals(value));
    }

    private static JsonObject asObject(Object value) {
        return value instanceof JsonObject object ? object : new JsonObject().put("value", value);
    }

    private static List<Object> values(JsonObject resource, AttributePath path) {
        JsonObject holder = path.schema().isEmpty()
                        || Names.value(resource, path.attribute()) != null
                        || !(Names.value(resource, path.schema()) instanceof JsonObject)
                ? resource
                : Names.object(resource, path.schema());
        return flat(Names.value(holder, path.attribute()))
                .flatMap(value -> path.sub().isEmpty()
                        ? Stream.of(value)
                        : flat(value instanceof JsonObject object ? Names.value(object, path.sub()) : null))
                .toList();
    }

    private static Stream<Object> flat(Object value) {
        Stream<Object> all = value instanceof JsonArray array ? array.stream() : Stream.ofNullable(value);
        return all.filter(one -> one != null && !(one instanceof JsonObject object && object.isEmpty()));
    }
}
