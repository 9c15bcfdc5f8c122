package dev.sallyport.broker.application;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which addresses a browser may ever be sent back to, whoever registered them (RFC 9700 §4.1, RFC 8252 §7, D11). */
public final class RedirectUris {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    private RedirectUris() {}

    /** https; http on the loopback interface; for native applications also a private-use scheme. */
    public static boolean isSound(String text, boolean isNative) {
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme();
            if (uri.getRawFragment() != null) {
                return false;
            }
            return switch (scheme) {
                case "https" -> uri.getHost() != null && uri.getRawUserInfo() == null;
                case "http" ->
                    uri.getHost() != null && uri.getRawUserInfo() == null && LOOPBACK.contains(uri.getHost());
                // RFC 8252 §7.1: a private-use scheme is a reversed domain name, so it has a dot; javascript: and data:
                // have none.
                default -> isNative && scheme.indexOf('.') > 0;
            };
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** The origin of a web address as a browser writes it (RFC 6454 §6.2); empty for a private-use scheme. */
    public static Optional<String> origin(String text) {
        try {
            URI uri = new URI(text);
            boolean https = "https".equals(uri.getScheme());
            if (uri.getHost() == null || !(https || "http".equals(uri.getScheme()))) {
                return Optional.empty();
            }
            boolean usual = uri.getPort() < 0 || uri.getPort() == (https ? 443 : 80);
            return Optional.of(uri.getScheme() + "://" + uri.getHost().toLowerCase(Locale.ROOT)
                    + (usual ? "" : ":" + uri.getPort()));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }
}
