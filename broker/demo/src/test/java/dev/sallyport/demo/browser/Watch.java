package dev.sallyport.demo.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Notes what no page may do: ask another host, write an error to the console, throw, break its own Content-Security-Policy, or come
 * without one.
 */
final class Watch {
    private static final String TELL_VIOLATIONS = """
            addEventListener('securitypolicyviolation', event =>
                console.error(`the policy forbids ${event.violatedDirective} ${event.blockedURI}`));
            """;

    private final Set<String> hosts;
    private final Set<Integer> pardoned = new HashSet<>();
    private final List<String> complaints = new ArrayList<>();

    private Watch(Set<String> hosts) {
        this.hosts = hosts;
    }

    /**
     * Watches all pages of a visitor.
     *
     * @param hosts each {@code host:port} that may be asked
     */
    static Watch over(BrowserContext visitor, Set<String> hosts) {
        Watch watch = new Watch(hosts);
        visitor.addInitScript(TELL_VIOLATIONS);
        visitor.onRequest(watch::asked);
        visitor.onResponse(watch::answered);
        visitor.onConsoleMessage(watch::told);
        visitor.onWebError(error -> watch.complaints.add("thrown: " + error.error()));
        return watch;
    }

    /** Chromium tells the console of each answer like this one; from now on that is no complaint. */
    Watch pardon(int status) {
        pardoned.add(status);
        return this;
    }

    /** Fails if there is a complaint. */
    void verify() {
        assertEquals(List.of(), complaints, "what the browser has to complain of");
    }

    List<String> complaints() {
        return List.copyOf(complaints);
    }

    private void asked(Request request) {
        if (!hosts.contains(URI.create(request.url()).getAuthority())) {
            complaints.add("asked elsewhere: " + request.url());
        }
    }

    private void answered(Response response) {
        boolean page = response.headers().getOrDefault("content-type", "").startsWith("text/html");
        if (page && !response.headers().containsKey("content-security-policy")) {
            complaints.add("no policy: " + response.url());
        }
    }

    private void told(ConsoleMessage message) {
        boolean known = pardoned.stream()
                .anyMatch(status -> message.text().contains("responded with a status of " + status + " "));
        if (message.type().equals("error") && !known) {
            complaints.add("console: " + message.text());
        }
    }
}
