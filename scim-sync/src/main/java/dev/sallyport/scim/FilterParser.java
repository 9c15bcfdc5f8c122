package dev.sallyport.scim;

import dev.sallyport.scim.FilterExpression.And;
import dev.sallyport.scim.FilterExpression.Comparison;
import dev.sallyport.scim.FilterExpression.Not;
import dev.sallyport.scim.FilterExpression.Operator;
import dev.sallyport.scim.FilterExpression.Or;
import dev.sallyport.scim.FilterExpression.Present;
import dev.sallyport.scim.FilterExpression.ValuePath;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recursive descent over the grammar of RFC 7644 §3.4.2.2. {@code and} binds stronger than {@code or}; {@code not} asks for parentheses.
 * Chains become lists, so only brackets add depth.
 */
final class FilterParser {
    static final int MAX_LENGTH = 4096;
    static final int MAX_DEPTH = 20;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d{0,18})(\\.\\d{1,18})?([eE][+-]?\\d{1,2})?");

    private final String text;
    private int at;
    private int depth;

    FilterParser(String text) {
        if (text.length() > MAX_LENGTH) {
            throw ScimException.invalidFilter("the filter is longer than " + MAX_LENGTH + " characters");
        }
        this.text = text;
    }

    FilterExpression parse() {
        FilterExpression whole = or(false);
        skipSpace();
        if (at < text.length()) {
            throw wrong("unexpected text");
        }
        return whole;
    }

    private FilterExpression or(boolean inner) {
        return chain(() -> and(inner), "or", Or::new);
    }

    private FilterExpression and(boolean inner) {
        return chain(() -> term(inner), "and", And::new);
    }

    private FilterExpression chain(
            Supplier<FilterExpression> link, String word, Function<List<FilterExpression>, FilterExpression> join) {
        FilterExpression first = link.get();
        if (!keyword(word)) {
            return first;
        }
        List<FilterExpression> links = new ArrayList<>(List.of(first));
        do {
            links.add(link.get());
        } while (keyword(word));
        return join.apply(links);
    }

    private FilterExpression term(boolean inner) {
        skipSpace();
        if (take('(')) {
            return closed(')', inner);
        }
        String word = word();
        if (word.equalsIgnoreCase("not")) {
            skipSpace();
            if (!take('(')) {
                throw wrong("'not' asks for parentheses");
            }
            return new Not(closed(')', inner));
        }
        AttributePath path = path(word);
        if (take('[')) {
            if (inner || !path.sub().isEmpty()) {
                throw wrong("a value filter cannot stand here");
            }
            return new ValuePath(path, closed(']', true));
        }
        return attribute(path);
    }

    private FilterExpression closed(char end, boolean inner) {
        if (++depth > MAX_DEPTH) {
            throw ScimException.invalidFilter("the filter is nested deeper than " + MAX_DEPTH + " levels");
        }
        FilterExpression expression = or(inner);
        skipSpace();
        if (!take(end)) {
            throw wrong("'" + end + "' is missing");
        }
        depth--;
        return expression;
    }

    private FilterExpression attribute(AttributePath path) {
        space();
        String word = word();
        if (word.equalsIgnoreCase("pr")) {
            return new Present(path);
        }
        Operator operator = Operator.of(word).orElseThrow(() -> wrong("no such operator"));
        space();
        Object value = literal();
        if (value == null && operator != Operator.EQ && operator != Operator.NE) {
            throw wrong("null can only be compared by eq and ne");
        }
        return new Comparison(path, operator, value);
    }

    private Object literal() {
        if (take('"')) {
            return string();
        }
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (number.lookingAt()) {
            at = number.end();
            return new BigDecimal(number.group());
        }
        return switch (word()) {
            case "true" -> true;
            case "false" -> false;
            case "null" -> null;
            default -> throw wrong("not a value");
        };
    }

    private String string() {
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return value.toString();
            }
            char kept = c == '\\' ? escaped() : c;
            if (kept == 0) {
                throw wrong("NUL cannot be compared");
            }
            value.append(kept);
        }
        throw wrong("the text does not end");
    }

    private char escaped() {
        if (at >= text.length()) {
            throw wrong("the text does not end");
        }
        char c = text.charAt(at++);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("no such escape");
        };
    }

    private char unicode() {
        String digits = text.substring(at, Math.min(at + 4, text.length()));
        if (!digits.matches("[0-9A-Fa-f]{4}")) {
            throw wrong("no such escape");
        }
        at += 4;
        return (char) Integer.parseInt(digits, 16);
    }

    private AttributePath path(String word) {
        try {
            return AttributePath.parse(word);
        } catch (ScimException e) {
            throw wrong(e.getMessage());
        }
    }

    private boolean keyword(String word) {
        int before = at;
        skipSpace();
        int end = at + word.length();
        boolean there = text.regionMatches(true, at, word, 0, word.length())
                && end < text.length()
                && (text.charAt(end) == ' ' || text.charAt(end) == '(');
        at = there ? end : before;
        return there;
    }

    private String word() {
        int start = at;
        while (at < text.length() && isNameCharacter(text.charAt(at))) {
            at++;
        }
        if (start == at) {
            throw wrong("a word is missing");
        }
        return text.substring(start, at);
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_'
                || c == '-'
                || c == '$'
                || c == ':'
                || c == '.';
    }

    private boolean take(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        if (at >= text.length() || text.charAt(at) != ' ') {
            throw wrong("a space is missing");
        }
        skipSpace();
    }

    private void skipSpace() {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
    }

    private ScimException wrong(String what) {
        return ScimException.invalidFilter(what + " at position " + at);
    }
}
