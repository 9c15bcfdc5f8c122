package dev.sallyport.demo.directory;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import java.util.ArrayList;
import java.util.List;

/** The words, brackets and quoted strings of a filter or path, read one after the other. */
final class FilterTokens {
    private static final String BRACKETS = "()[]";
    private static final int MAX_LENGTH = 4096;

    /**
     * One token.
     *
     * @param text the word or bracket, or the content of a quoted string
     * @param quoted whether it was a quoted string
     */
    record Token(String text, boolean quoted) {
        boolean is(String word) {
            return !quoted && text.equalsIgnoreCase(word);
        }

        boolean isWord() {
            return !quoted && !text.isEmpty() && BRACKETS.indexOf(text.charAt(0)) < 0;
        }
    }

    private static final Token END = new Token("", false);

    private final List<Token> tokens = new ArrayList<>();
    private int next;

    FilterTokens(String source) {
        if (source.length() > MAX_LENGTH) {
            throw ScimException.invalidFilter("The expression is longer than " + MAX_LENGTH + " characters.");
        }
        int at = 0;
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c == ' ') {
                at++;
            } else if (BRACKETS.indexOf(c) >= 0) {
                tokens.add(new Token(String.valueOf(c), false));
                at++;
            } else if (c == '"') {
                int end = endOfString(source, at);
                tokens.add(new Token(decode(source.substring(at, end)), true));
                at = end;
            } else {
                int end = endOfWord(source, at);
                tokens.add(new Token(source.substring(at, end), false));
                at = end;
            }
        }
    }

    Token peek() {
        return next < tokens.size() ? tokens.get(next) : END;
    }

    Token take() {
        Token token = peek();
        next++;
        return token;
    }

    boolean takeIf(String word) {
        if (!peek().is(word)) {
            return false;
        }
        next++;
        return true;
    }

    void expect(String word) {
        if (!takeIf(word)) {
            throw ScimException.invalidFilter("Expected '" + word + "'.");
        }
    }

    boolean atEnd() {
        return next >= tokens.size();
    }

    private static int endOfWord(String source, int from) {
        int at = from;
        while (at < source.length() && source.charAt(at) != ' ' && BRACKETS.indexOf(source.charAt(at)) < 0) {
            char c = source.charAt(at);
            if (c == '"' || c < ' ') {
                throw ScimException.invalidFilter("Unexpected character in a name.");
            }
            at++;
        }
        return at;
    }

    private static int endOfString(String source, int from) {
        for (int at = from + 1; at < source.length(); at++) {
            char c = source.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '"') {
                return at + 1;
            }
        }
        throw ScimException.invalidFilter("A quoted string does not end.");
    }

    private static String decode(String literal) {
        try {
            return (String) Json.decodeValue(literal);
        } catch (DecodeException e) {
            throw ScimException.invalidFilter("A quoted string is not valid JSON.");
        }
    }
}
