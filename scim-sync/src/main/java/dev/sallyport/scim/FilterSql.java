package dev.sallyport.scim;

import dev.sallyport.scim.FilterExpression.And;
import dev.sallyport.scim.FilterExpression.Comparison;
import dev.sallyport.scim.FilterExpression.Not;
import dev.sallyport.scim.FilterExpression.Operator;
import dev.sallyport.scim.FilterExpression.Or;
import dev.sallyport.scim.FilterExpression.Present;
import dev.sallyport.scim.FilterExpression.ValuePath;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Turns a filter into an SQL condition with bound parameters. Only attributes of the given table can be named; everything else is
 * {@code invalidFilter}. Texts never become SQL.
 */
public final class FilterSql {
    /** What a column holds, and so how it is compared. */
    public enum Kind {
        /** Text, compared without regard to case. */
        TEXT,
        /** Text that is kept in lower case, to be compared without regard to case. */
        LOWER_TEXT,
        /** Text, compared exactly. */
        EXACT_TEXT,
        /** True or false. */
        BOOLEAN,
        /** A point in time. */
        TIME,
        /** A UUID. */
        UUID,
        /** One of many ids: the expression is a condition with {@code %s} for the one that is asked for. */
        MEMBER
    }

    /**
     * A searchable attribute.
     *
     * @param sql the expression over the query's tables; a constant of the code
     */
    public record Column(String sql, Kind kind) {}

    /**
     * A condition.
     *
     * @param sql to stand after WHERE
     * @param arguments for its parameters, in order
     */
    public record Condition(String sql, List<Object> arguments) {}

    private final Map<String, Column> columns;
    private final int first;
    private final List<Object> arguments = new ArrayList<>();

    private FilterSql(Map<String, Column> columns, int first) {
        this.columns = columns;
        this.first = first;
    }

    /**
     * Translates.
     *
     * @param columns by attribute in lower case, such as {@code name.givenname}
     * @param firstParameter number of the first parameter, 1 for {@code $1}
     */
    public static Condition translate(FilterExpression filter, Map<String, Column> columns, int firstParameter) {
        FilterSql translation = new FilterSql(columns, firstParameter);
        String sql = translation.sql(filter, "");
        return new Condition(sql, List.copyOf(translation.arguments));
    }

    private String sql(FilterExpression filter, String prefix) {
        if (filter instanceof And and) {
            return joined(and.all(), " AND ", prefix);
        }
        if (filter instanceof Or or) {
            return joined(or.any(), " OR ", prefix);
        }
        if (filter instanceof Not not) {
            return "((" + sql(not.negated(), prefix) + ") IS NOT TRUE)";
        }
        if (filter instanceof Present present) {
            return present(column(prefix, present.path()));
        }
        if (filter instanceof ValuePath path) {
            // Each multi-valued attribute that can be searched has one value here, so the inner filter is about that
            // value.
            return "(" + sql(path.filter(), path.path().key() + ".") + ")";
        }
        return comparison((Comparison) filter, prefix);
    }

    private String joined(List<FilterExpression> parts, String word, String prefix) {
        return parts.stream().map(part -> sql(part, prefix)).collect(Collectors.joining(word, "(", ")"));
    }

    private Column column(String prefix, AttributePath path) {
        Column column = columns.get(prefix + path.key());
        if (column == null) {
            throw ScimException.invalidFilter(
                    "cannot be searched by " + AttributePath.shown(prefix + path.attribute()));
        }
        return column;
    }

    private static String present(Column column) {
        if (column.kind() == Kind.MEMBER) {
            throw ScimException.invalidFilter("members can only be asked for by eq");
        }
        boolean text = Set.of(Kind.TEXT, Kind.LOWER_TEXT, Kind.EXACT_TEXT).contains(column.kind());
        return "(" + column.sql() + " IS NOT NULL" + (text ? " AND " + column.sql() + " <> ''" : "") + ")";
    }

    private String comparison(Comparison comparison, String prefix) {
        Column column = column(prefix, comparison.path());
        Operator operator = comparison.operator();
        if (comparison.value() == null) {
            return operator == Operator.EQ ? "NOT " + present(column) : present(column);
        }
        return switch (column.kind()) {
            case TEXT -> text("lower(" + column.sql() + ")", "lower(%s)", operator, comparison.value());
            case LOWER_TEXT -> text(column.sql(), "lower(%s)", operator, comparison.value());
            case EXACT_TEXT -> text(column.sql(), "%s", operator, comparison.value());
            case BOOLEAN -> bool(column.sql(), operator, comparison.value());
            case TIME -> time(column.sql(), operator, comparison.value());
            case UUID -> uuid(column.sql(), operator, comparison.value());
            case MEMBER -> member(column.sql(), operator, comparison.value());
        };
    }

    private String text(String left, String shape, Operator operator, Object value) {
        if (!(value instanceof String text)) {
            throw ScimException.invalidFilter("the value must be a text");
        }
        return switch (operator) {
            case CO -> like(left, shape, "%" + escaped(text) + "%");
            case SW -> like(left, shape, escaped(text) + "%");
            case EW -> like(left, shape, "%" + escaped(text));
            default -> left + sign(operator) + shape.formatted(bind(text) + "::text");
        };
    }

    private String like(String left, String shape, String pattern) {
        return left + " LIKE " + shape.formatted(bind(pattern) + "::text") + " ESCAPE '\\'";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    private String bool(String left, Operator operator, Object value) {
        if (operator != Operator.EQ && operator != Operator.NE) {
            throw ScimException.invalidFilter("a boolean can only be compared by eq and ne");
        }
        boolean asked =
                Booleans.read(value).orElseThrow(() -> ScimException.invalidFilter("the value must be true or false"));
        return left + sign(operator) + bind(asked) + "::boolean";
    }

    private String time(String left, Operator operator, Object value) {
        if (operator == Operator.CO || operator == Operator.SW || operator == Operator.EW) {
            throw ScimException.invalidFilter("'" + operator + "' does not fit a point in time");
        }
        try {
            return left + sign(operator) + bind(OffsetDateTime.parse(String.valueOf(value))) + "::timestamptz";
        } catch (DateTimeException e) {
            throw ScimException.invalidFilter("the value must be a time such as 2026-01-31T08:00:00Z");
        }
    }

    private String uuid(String left, Operator operator, Object value) {
        if (!(value instanceof String text)) {
            throw ScimException.invalidFilter("the value must be a text");
        }
        if (operator != Operator.EQ) {
            return text(left + "::text", "%s", operator, value);
        }
        try {
            UUID asked = UUID.fromString(text);
            return asked.toString().equals(text) ? left + " = " + bind(asked) + "::uuid" : "false";
        } catch (IllegalArgumentException e) {
            return "false";
        }
    }

    private String member(String condition, Operator operator, Object value) {
        if (operator != Operator.EQ) {
            throw ScimException.invalidFilter("members can only be asked for by eq");
        }
        try {
            return condition.formatted(bind(UUID.fromString(String.valueOf(value))) + "::uuid");
        } catch (IllegalArgumentException e) {
            return "false";
        }
    }

    private static String sign(Operator operator) {
        return switch (operator) {
            case EQ -> " = ";
            case NE -> " IS DISTINCT FROM ";
            case GT -> " > ";
            case GE -> " >= ";
            case LT -> " < ";
            case LE -> " <= ";
            default -> throw ScimException.invalidFilter("'" + operator + "' does not fit here");
        };
    }

    private String bind(Object value) {
        arguments.add(value);
        return "$" + (first + arguments.size() - 1);
    }
}
