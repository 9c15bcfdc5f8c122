package dev.sallyport.outbound;

import dev.sallyport.outbound.OutboundRefused.Reason;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address that was parsed, once, by one strict grammar: what is checked is what is called.
 *
 * @param tls whether the call is encrypted
 * @param host lower case; an IPv6 literal in brackets
 * @param port 1 to 65535
 * @param pathAndQuery starts with a slash
 * @param literal the address, if the host is one
 */
public record OutboundTarget(boolean tls, String host, int port, String pathAndQuery, Optional<InetAddress> literal) {
    private static final int MAX_LENGTH = 2000;

    /** Scheme, authority and the rest: printable ASCII without fragment, backslash, user information and what RFC 3986 excludes. */
    private static final Pattern URL = Pattern.compile(
            "(https?)://([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::([1-9][0-9]{0,4}))?((?:[/?][!$%&'()*+,./0-9:;=?@A-Z_a-z~-]*)?)");

    private static final Pattern NAME =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    /** What some parsers read as an IPv4 address although it is not spelt as one. */
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");

    /** Names that never lead to the public internet (RFC 6761, RFC 6762, RFC 8375, RFC 9476 and custom). */
    private static final Set<String> PRIVATE_TOPS = Set.of(
            "localhost",
            "local",
            "internal",
            "intranet",
            "lan",
            "home",
            "corp",
            "arpa",
            "test",
            "invalid",
            "alt",
            "onion");

    /**
     * Parses.
     *
     * @throws OutboundRefused {@link Reason#BLOCKED} if the text is no http(s) URL in a plain spelling
     */
    static OutboundTarget parse(String url) {
        if (url == null || url.length() > MAX_LENGTH) {
            throw blocked();
        }
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw blocked();
        }
        boolean tls = matcher.group(1).equals("https");
        String host = matcher.group(2).toLowerCase(Locale.ROOT);
        int port = matcher.group(3) == null ? (tls ? 443 : 80) : Integer.parseInt(matcher.group(3));
        if (port > 65_535) {
            throw blocked();
        }
        String rest = matcher.group(4);
        String path = rest.startsWith("/") ? rest : "/" + rest;
        return new OutboundTarget(tls, host, port, path, literal(host));
    }

    /** {@code host:port}, as in the allow-list. */
    String authority() {
        return host + ":" + port;
    }

    /** Whether the host is a name that can be on the public internet, or an address. */
    boolean looksPublic() {
        if (literal.isPresent()) {
            return true;
        }
        int top = host.lastIndexOf('.');
        return top > 0 && !PRIVATE_TOPS.contains(host.substring(top + 1));
    }

    private static Optional<InetAddress> literal(String host) {
        try {
            Optional<InetAddress> literal = GlobalAddress.literal(host);
            if (literal.isEmpty()
                    && (!NAME.matcher(host).matches()
                            || ENDS_IN_NUMBER.matcher(host).matches())) {
                throw blocked();
            }
            return literal;
        } catch (IllegalArgumentException e) {
            throw blocked();
        }
    }

    static OutboundRefused blocked() {
        return new OutboundRefused(Reason.BLOCKED, "this address may not be called");
    }
}
