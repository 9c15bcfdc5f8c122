package dev.sallyport.broker.account;

import java.util.List;

/**
 * What the page shows; all in words.
 *
 * @param home the page's own path
 * @param token what each of its forms carries
 * @param until when this browser's session ends at the latest
 */
public record AccountView(
        String home,
        String token,
        String tenant,
        String person,
        String account,
        String email,
        String until,
        List<SessionLine> sessions,
        List<ConsentLine> consents,
        List<KeyLine> keys) {
    /** A place where the person is signed in. */
    public record SessionLine(
            String id,
            boolean current,
            String browser,
            String since,
            String seen,
            String connection,
            List<String> applications) {}

    /** An application that the person allowed. */
    public record ConsentLine(String clientId, String name, String since, List<String> scopes) {}

    /** An API key of the person. */
    public record KeyLine(
            String id, String name, String created, String used, String expires, List<String> permissions) {}

    /** Whether there is a session besides this browser's. */
    public boolean hasOthers() {
        return sessions.size() > 1;
    }
}
