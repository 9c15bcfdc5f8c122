package dev.sallyport.demo.directory;

import dev.sallyport.demo.directory.FilterExpression.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A recursive-descent parser for filters (RFC 7644 §3.4.2.2) with limits on depth and size. */
final class FilterParser {
    private static final int MAX_DEPTH = 20;
    private static final int MAX_CLAUSES = 100;

    private final FilterTokens tokens;
    private Function<String, Optional<AttributePath>> names;
    private int depth;
    private int clauses;

    FilterParser(FilterTokens tokens, Function<String, Optional<AttributePath>> names) {
        this.tokens = tokens;
        this.names = names;
    }

    /**
     * Parses a whole filter.
     *
     * @throws ScimException invalidFilter when it cannot be understood, names an unknown attribute, or is too large
     */
    static FilterExpression parse(ResourceKind kind, String source) {
        FilterTokens tokens = new FilterTokens(source);
        FilterExpression filter = new FilterParser(tokens, kind::resolve).or();
        if (!tokens.atEnd()) {
            throw ScimException.invalidFilter("Something is left over at the end of the filter.");
        }
        return filter;
    }

    private FilterExpression or() {
        List<FilterExpression> parts = new ArrayList<>();
        do {
            parts.add(and());
        } while (tokens.takeIf("or"));
        return parts.size() == 1 ? parts.get(0) : new FilterExpression.Or(parts);
    }

    private FilterExpression and() {
        List<FilterExpression> parts = new ArrayList<>();
        do {
            parts.add(one());
        } while (tokens.takeIf("and"));
        return parts.size() == 1 ? parts.get(0) : new FilterExpression.And(parts);
    }

    private FilterExpression one() {
        if (tokens.takeIf("not")) {
            tokens.expect("(");
            return new FilterExpression.Not(nested(")"));
        }
        if (tokens.takeIf("(")) {
            return nested(")");
        }
        return clause();
    }

    private FilterExpression nested(String close) {
        if (++depth > MAX_DEPTH) {
            throw ScimException.invalidFilter("The filter is nested deeper than " + MAX_DEPTH + " levels.");
        }
        FilterExpression inner = or();
        tokens.expect(close);
        depth--;
        return inner;
    }

    private FilterExpression clause() {
        if (++clauses > MAX_CLAUSES) {
            throw ScimException.invalidFilter("The filter has more than " + MAX_CLAUSES + " clauses.");
        }
        FilterTokens.Token name = tokens.take();
        if (!name.isWord()) {
            throw ScimException.invalidFilter("An attribute name is expected.");
        }
        AttributePath path =
                names.apply(name.text()).orElseThrow(() -> ScimException.invalidFilter("Unknown attribute in filter."));
        if (tokens.takeIf("[")) {
            return new FilterExpression.Element(path, element(path));
        }
        FilterTokens.Token operator = tokens.take();
        if (operator.is("pr")) {
            return new FilterExpression.Present(path);
        }
        return comparison(path, operator(operator), tokens.take());
    }

    /** The filter in brackets after a complex attribute; the opening bracket has been read. */
    FilterExpression element(AttributePath path) {
        if (!path.leaf().isComplex()) {
            throw ScimException.invalidFilter("Only a complex attribute takes a filter in brackets.");
        }
        Function<String, Optional<AttributePath>> outer = names;
        names = inner -> path.leaf().sub(inner).map(s -> new AttributePath("", s, List.of()));
        FilterExpression filter = nested("]");
        names = outer;
        return filter;
    }

    private static Operator operator(FilterTokens.Token token) {
        if (!token.quoted()) {
            for (Operator known : Operator.values()) {
                if (known.name().equals(token.text().toUpperCase(Locale.ROOT))) {
                    return known;
                }
            }
        }
        throw ScimException.invalidFilter("Unknown operator.");
    }

    private static FilterExpression comparison(AttributePath path, Operator operator, FilterTokens.Token literal) {
        boolean equality = operator == Operator.EQ || operator == Operator.NE;
        if (literal.is("null") && equality) {
            FilterExpression absent = new FilterExpression.Absent(path);
            return operator == Operator.EQ ? absent : new FilterExpression.Not(absent);
        }
        Attribute leaf = path.leaf();
        switch (leaf.type()) {
            case BOOLEAN -> {
                if (equality && (literal.is("true") || literal.is("false"))) {
                    return new FilterExpression.Compare(path, operator, literal.is("true"));
                }
            }
            case DATE_TIME -> {
                boolean textual = operator == Operator.CO || operator == Operator.SW || operator == Operator.EW;
                if (literal.quoted() && !textual) {
                    return new FilterExpression.Compare(path, operator, FilterExpression.instant(literal.text()));
                }
            }
            default -> {
                if (literal.quoted() && (!leaf.isComplex() || leaf.sub("value").isPresent())) {
                    return new FilterExpression.Compare(path, operator, literal.text());
                }
            }
        }
        throw ScimException.invalidFilter("'" + leaf.name() + "' cannot be compared like that.");
    }
}
