package dev.sallyport.tenant.page;

import gg.jte.Content;
import java.util.List;

/**
 * What goes into the frame that all pages share.
 *
 * @param title of the document; without the product's name
 * @param context for whom the page is, such as the tenant's name; may be empty
 * @param layout how wide it is
 * @param steps the list of steps beside it; empty for none
 * @param formsLeave whether a form on it leads to another origin in the end, which a content security policy would stop
 * @param body the rest; brings its own heading of the first level
 */
public record Page(String title, String context, Layout layout, List<Step> steps, boolean formsLeave, Content body) {
    /** How wide a page is. */
    public enum Layout {
        /** One card in the middle: sign-in, errors, a question. */
        NARROW,
        /** A list of steps and a card. */
        STEPS,
        /** The whole width: tables. */
        WIDE;

        /** For style sheets. */
        public String style() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public Page {
        steps = List.copyOf(steps);
    }

    /** One card. */
    public static Page narrow(String title, String context, Content body) {
        return new Page(title, context, Layout.NARROW, List.of(), false, body);
    }

    /** The whole width. */
    public static Page wide(String title, String context, Content body) {
        return new Page(title, context, Layout.WIDE, List.of(), false, body);
    }

    /** A card beside a list of steps. */
    public static Page steps(String title, String context, List<Step> steps, Content body) {
        return new Page(title, context, Layout.STEPS, steps, false, body);
    }

    /** The same with forms that lead to another origin in the end. */
    public Page withLeavingForms() {
        return new Page(title, context, layout, steps, true, body);
    }
}
