package dev.sallyport.outbound;

import dev.sallyport.outbound.OutboundRefused.Reason;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which addresses may be called: https on port 443 of public addresses, and exactly what the operator lists.
 *
 * @param allow {@code host:port} entries that may be private, plain http or on another port; empty by default
 */
public record OutboundPolicy(Set<String> allow) {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundPolicy.class);
    private static final Pattern ENTRY = Pattern.compile("(?:[a-z0-9.-]{1,253}|\\[[0-9a-f:.]{2,45}]):[1-9][0-9]{0,4}");

    /**
     * @throws IllegalArgumentException if an entry is not exactly {@code host:port}; the message names it
     */
    public OutboundPolicy {
        allow = allow.stream().map(entry -> entry.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        allow.stream()
                .filter(entry -> !ENTRY.matcher(entry).matches())
                .findFirst()
                .ifPresent(entry -> {
                    throw new IllegalArgumentException("'" + entry + "' is not host:port");
                });
    }

    /** Nothing but the public internet by https. */
    public static OutboundPolicy strict() {
        return new OutboundPolicy(Set.of());
    }

    /**
     * Judges an address without asking any name server; used when it is written down and again when it is called.
     *
     * @throws OutboundRefused BLOCKED if it may not be called
     */
    public OutboundTarget check(String url) {
        OutboundTarget target = OutboundTarget.parse(url);
        if (isAllowListed(target)) {
            return target;
        }
        boolean sound = target.tls()
                && target.port() == 443
                && target.looksPublic()
                && target.literal().map(GlobalAddress::allows).orElse(true);
        if (!sound) {
            throw OutboundTarget.blocked();
        }
        return target;
    }

    /**
     * Judges what a name resolved to: all of it must be good.
     *
     * @throws OutboundRefused PRIVATE if one address may not be called
     */
    List<InetAddress> check(OutboundTarget target, List<InetAddress> addresses) {
        if (!isAllowListed(target) && !addresses.stream().allMatch(GlobalAddress::allows)) {
            // For the operator alone; the name is of the strict grammar.
            LOG.info("{} leads to an address that may not be called", target.authority());
            throw new OutboundRefused(Reason.PRIVATE, "the name does not lead to the public internet");
        }
        return addresses;
    }

    private boolean isAllowListed(OutboundTarget target) {
        return allow.contains(target.authority());
    }
}
