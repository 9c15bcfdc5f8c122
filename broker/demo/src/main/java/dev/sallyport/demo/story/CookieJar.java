package dev.sallyport.demo.story;

import java.net.HttpCookie;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A browser's cookies (RFC 6265 §5.3, §5.4), as far as one host of the loopback needs them: by host, path and name, whatever the port.
 * Cookies that insist on a secure connection are kept and sent, as browsers do for loopback addresses.
 */
final class CookieJar {

    private record Kept(String host, String path, String name, String value) {

        boolean isFor(URI address) {
            String wanted = address.getRawPath();
            return host.equals(address.getHost())
                    && (wanted.equals(path)
                            || (wanted.startsWith(path)
                                    && (path.endsWith("/") || wanted.charAt(path.length()) == '/')));
        }
    }

    private final List<Kept> cookies = new ArrayList<>();

    /** Takes what an answer sets. */
    void take(URI address, List<String> setCookies) {
        for (String line : setCookies) {
            for (HttpCookie cookie : HttpCookie.parse("Set-Cookie: " + line)) {
                String path = cookie.getPath() == null || !cookie.getPath().startsWith("/")
                        ? folder(address)
                        : cookie.getPath();
                cookies.removeIf(old -> old.host().equals(address.getHost())
                        && old.path().equals(path)
                        && old.name().equals(cookie.getName()));
                if (!cookie.hasExpired()) {
                    cookies.add(new Kept(address.getHost(), path, cookie.getName(), cookie.getValue()));
                }
            }
        }
    }

    /** The value of the {@code Cookie} header, the longest paths first; empty when there is nothing to send. */
    String header(URI address) {
        return cookies.stream()
                .filter(cookie -> cookie.isFor(address))
                .sorted((one, other) -> other.path().length() - one.path().length())
                .map(cookie -> cookie.name() + "=" + cookie.value())
                .collect(Collectors.joining("; "));
    }

    private static String folder(URI address) {
        String path = address.getRawPath();
        int end = path.lastIndexOf('/');
        return end <= 0 ? "/" : path.substring(0, end);
    }
}
