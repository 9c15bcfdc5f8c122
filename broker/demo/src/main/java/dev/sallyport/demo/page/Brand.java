package dev.sallyport.demo.page;

import java.util.regex.Pattern;

/**
 * How a product looks: its name, its accent colour on light and on dark ground ({@code #rrggbb}), and its mark as the path
 * data of a 24 by 24 SVG drawing.
 */
public record Brand(String name, String accent, String accentOnDark, String mark) {

    private static final Pattern COLOUR = Pattern.compile("#[0-9a-fA-F]{6}");
    private static final Pattern PATH = Pattern.compile("[MLHVCSQTAZmlhvcsqtaz0-9 ,.-]+");

    /**
     * Checks that colours are colours and the mark is path data, because both are written into a style sheet and a drawing.
     *
     * @throws IllegalArgumentException when one is not
     */
    public Brand {
        if (!COLOUR.matcher(accent).matches()
                || !COLOUR.matcher(accentOnDark).matches()
                || !PATH.matcher(mark).matches()) {
            throw new IllegalArgumentException("not a brand: " + name);
        }
    }

    String css() {
        return """
            :root { --accent: %s; }
            @media (prefers-color-scheme: dark) { :root { --accent: %s; } }
            """.formatted(accent, accentOnDark);
    }

    String icon() {
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="%s"/>\
            <path transform="translate(4.8 4.8) scale(.6)" fill="#fff" d="%s"/></svg>
            """.formatted(accent, mark);
    }

    /** The mark and the name, for the head of a page. */
    public Html lockup() {
        return Html.of("""
            <span class="lockup"><svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>\
            <span>{}</span></span>""", mark, name);
    }
}
