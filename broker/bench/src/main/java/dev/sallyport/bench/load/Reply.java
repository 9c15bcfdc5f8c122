package dev.sallyport.bench.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An answer (RFC 9112 §6).
 *
 * @param head the status line and the header lines, as they came
 * @param text the body
 */
public record Reply(int status, String head, String text) {

    /** The first header of a name, whatever its case. */
    public Optional<String> header(String name) {
        return headers(name).stream().findFirst();
    }

    /** All headers of a name, whatever its case. */
    public List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        int line = head.indexOf("\r\n");
        while (line >= 0) {
            int start = line + 2;
            line = head.indexOf("\r\n", start);
            if (head.regionMatches(true, start, name, 0, name.length())
                    && start + name.length() < head.length()
                    && head.charAt(start + name.length()) == ':') {
                int end = line < 0 ? head.length() : line;
                values.add(head.substring(start + name.length() + 1, end).strip());
            }
        }
        return values;
    }

    /** A member of a JSON body whose value is a text without escapes, such as a token; fails if there is none. */
    public String member(String name) {
        int at = text.indexOf('"' + name + '"');
        int open = at < 0 ? -1 : text.indexOf('"', text.indexOf(':', at + name.length() + 2));
        int close = open < 0 ? -1 : text.indexOf('"', open + 1);
        if (close < 0) {
            throw new Unexpected("there is no " + name + " in the answer with status " + status);
        }
        return text.substring(open + 1, close);
    }

    /** The same answer if it has that status; fails otherwise, with the beginning of what came. */
    public Reply require(int wanted) {
        if (status != wanted) {
            throw new Unexpected("expected status " + wanted + ", got " + status + " " + beginning());
        }
        return this;
    }

    /** The beginning of the body, on one line and without markup, for a message. */
    public String beginning() {
        String line = text.replaceAll("<[^>]*>|\\s+", " ");
        return line.substring(0, Math.min(line.length(), 300));
    }

    /** An answer that a virtual user did not expect. */
    public static final class Unexpected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Unexpected(String message) {
            super(message, null, false, false);
        }
    }
}
