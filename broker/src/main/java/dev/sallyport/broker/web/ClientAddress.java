package dev.sallyport.broker.web;

import dev.sallyport.broker.config.Cidr;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * From where a request comes, for counting. Forwarded addresses are believed only from the operator's own proxies, hop by hop from the
 * near end, so that what the client wrote itself is never reached; a chain that cannot be read is as good as none (D13).
 */
public final class ClientAddress {
    private final List<Cidr> proxies;

    /**
     * @param proxies whose {@code X-Forwarded-For} or {@code Forwarded} (RFC 7239) is believed
     */
    public ClientAddress(List<Cidr> proxies) {
        this.proxies = List.copyOf(proxies);
    }

    /** An IPv4 address, or the /64 network of an IPv6 address: that is what one subscriber has. */
    public String of(HttpServerRequest request) {
        if (request.remoteAddress() == null || request.remoteAddress().hostAddress() == null) {
            return "unknown";
        }
        // The zone of a link-local address is our own interface's name.
        Optional<InetAddress> peer = parse(request.remoteAddress().hostAddress().split("%", 2)[0]);
        if (peer.isEmpty()) {
            return "unknown";
        }
        return network(isProxy(peer.get()) ? forwarded(request).orElse(peer.get()) : peer.get());
    }

    private Optional<InetAddress> forwarded(HttpServerRequest request) {
        String plain = String.join(",", request.headers().getAll("X-Forwarded-For"));
        String standard = String.join(",", request.headers().getAll("Forwarded"));
        if (plain.isEmpty() || standard.isEmpty()) {
            return plain.isEmpty() ? lastUntrusted(standard, true) : lastUntrusted(plain, false);
        }
        // A proxy writes one of the two; the other one came from the client, unless they say the same.
        Optional<InetAddress> one = lastUntrusted(plain, false);
        return one.equals(lastUntrusted(standard, true)) ? one : Optional.empty();
    }

    /** Walks a list from its end, past our own proxies; the last hop that was walked if all of them are ours. */
    private Optional<InetAddress> lastUntrusted(String chain, boolean isStandard) {
        int end = chain.length();
        Optional<InetAddress> walked = Optional.empty();
        while (end > 0) {
            int comma = chain.lastIndexOf(',', end - 1);
            String hop = chain.substring(comma + 1, end).strip();
            walked = isStandard ? standardHop(hop) : parse(withoutPort(hop));
            if (walked.isEmpty() || !isProxy(walked.get())) {
                return walked;
            }
            end = comma;
        }
        return walked;
    }

    private static Optional<InetAddress> standardHop(String element) {
        for (String pair : element.split(";", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2 && parts[0].strip().toLowerCase(Locale.ROOT).equals("for")) {
                String value = parts[1].strip();
                boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                return parse(withoutPort(quoted ? value.substring(1, value.length() - 1) : value));
            }
        }
        return Optional.empty();
    }

    /** {@code 192.0.2.1:8080} and {@code [2001:db8::1]:8080}; a bare IPv6 address has no port. */
    private static String withoutPort(String hop) {
        if (hop.startsWith("[")) {
            int close = hop.indexOf(']');
            return close < 0 ? "" : hop.substring(1, close);
        }
        int colon = hop.indexOf(':');
        return colon > 0 && hop.indexOf(':', colon + 1) < 0 ? hop.substring(0, colon) : hop;
    }

    private boolean isProxy(InetAddress address) {
        return proxies.stream().anyMatch(block -> block.contains(address.getHostAddress()));
    }

    private static Optional<InetAddress> parse(String text) {
        if (text.isEmpty() || text.length() > 45 || text.indexOf('%') >= 0) {
            return Optional.empty();
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            // An IPv4 address in IPv6 clothes becomes plain here.
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static String network(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        Arrays.fill(bytes, 8, 16, (byte) 0);
        return NetUtil.bytesToIpAddress(bytes) + "/64";
    }
}
