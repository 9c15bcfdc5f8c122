package dev.sallyport.demo.page;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * A piece of HTML that is safe to send. The only way from text to markup is {@link #of}, which escapes every value that
 * is not itself {@code Html}, so a page cannot forget to.
 */
public final class Html {

    private static final Html NONE = new Html("");
    private static final String SLOT = "{}";

    private final String markup;

    private Html(String markup) {
        this.markup = markup;
    }

    /**
     * Fills the slots <code>{}</code> of a template written by a programmer, in order. Text is escaped for element content and for
     * quoted attributes; {@code Html} goes in as it is.
     *
     * @throws IllegalArgumentException when the number of values is not the number of slots
     */
    public static Html of(String template, Object... values) {
        StringBuilder out = new StringBuilder(template.length() + 64);
        int from = 0;
        for (Object value : values) {
            int slot = template.indexOf(SLOT, from);
            if (slot < 0) {
                throw new IllegalArgumentException("more values than slots");
            }
            out.append(template, from, slot).append(value instanceof Html html ? html.markup : escape(value));
            from = slot + SLOT.length();
        }
        if (template.indexOf(SLOT, from) >= 0) {
            throw new IllegalArgumentException("more slots than values");
        }
        return new Html(out.append(template, from, template.length()).toString());
    }

    /** The pieces one after another. */
    public static Html join(Collection<Html> pieces) {
        return new Html(pieces.stream().map(piece -> piece.markup).collect(Collectors.joining()));
    }

    /** Nothing at all. */
    public static Html none() {
        return NONE;
    }

    private static String escape(Object value) {
        String text = String.valueOf(value);
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    /** The markup. */
    @Override
    public String toString() {
        return markup;
    }
}
