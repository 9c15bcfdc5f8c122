package dev.sallyport.tenant.page;

/**
 * One entry of the list of steps beside a page.
 *
 * @param summary how it stands, in a few words
 * @param current whether the page is about this step
 */
public record Step(String label, String href, State state, String summary, boolean current) {
    /** How a step stands. */
    public enum State {
        /** Not done yet. */
        OPEN("to do"),
        /** Done. */
        DONE("done"),
        /** Done once, but something about it needs a look. */
        ATTENTION("needs attention"),
        /** May be left out. */
        OPTIONAL("optional"),
        /** Not a thing to do but a place to go. */
        PLACE("");

        private final String words;

        State(String words) {
            this.words = words;
        }

        /** For screen readers; empty where there is nothing to say. */
        public String words() {
            return words;
        }

        /** For style sheets. */
        public String style() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
