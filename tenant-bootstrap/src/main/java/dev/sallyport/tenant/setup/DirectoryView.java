package dev.sallyport.tenant.setup;

import java.util.List;
import java.util.Map;

/** What the page "Directory" shows. */
record DirectoryView(
        String action,
        String csrf,
        boolean saved,
        String baseUrl,
        boolean secretSet,
        String maxRemovals,
        String maxRemovalPercent,
        Map<String, String> errors,
        Trial trial,
        Push push) {
    /**
     * Trying the directory out.
     *
     * @param possible whether there is anything to read
     * @param kind of message: {@code good}, {@code info} or {@code bad}
     * @param title what is known of the last reading; or empty
     */
    record Trial(boolean possible, String kind, String title, String text) {}

    /**
     * Push.
     *
     * @param made a token that was just made, shown this once; or empty
     * @param light what is known of the first request, in words
     */
    record Push(
            String baseUrl,
            String made,
            String error,
            List<Token> tokens,
            boolean mayMake,
            boolean seen,
            String light,
            List<Refused> refused) {}

    /** A token, without its secret. */
    record Token(String id, String created, String expires, String used) {}

    /** What was refused, and what to do. */
    record Refused(String operation, int status, long times, String last, String words) {}
}
