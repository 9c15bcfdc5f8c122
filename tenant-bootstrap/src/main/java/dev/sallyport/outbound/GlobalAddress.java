package dev.sallyport.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which addresses are on the public internet: the special-purpose registries of RFC 6890 and its updates, written as what is refused. IPv4
 * addresses that hide in IPv6 ones are unwrapped and judged as what they are; Java itself unwraps the mapped form (::ffff:0:0/96).
 */
final class GlobalAddress {
    /** Special IPv4 blocks. */
    private static final List<Block> SPECIAL_V4 = blocks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4");

    /**
     * Only 2000::/3 is allotted as global unicast; these are its special parts. Teredo (2001::/32) and 6to4 (2002::/16) tunnel to IPv4
     * and are refused whole, like the compatible, translated and local NAT64 forms, which lie outside 2000::/3.
     */
    private static final List<Block> SPECIAL_V6 =
            blocks("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20");

    private static final Block GLOBAL_V6 = Block.of("2000::/3");

    /** RFC 6052 §2.1: the well-known prefix of translators. The inner address is where the call would end. */
    private static final Block NAT64 = Block.of("64:ff9b::/96");

    /** RFC 5214 §6.1: an interface identifier that says which IPv4 address the packet is tunnelled to, under any prefix. */
    private static final byte[] ISATAP = {0, 0, 0x5e, (byte) 0xfe};

    private GlobalAddress() {}

    /** Whether an address may be called: global unicast, also after unwrapping. */
    static boolean allows(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? allowsV4(bytes) : allowsV6(bytes);
    }

    private static boolean allowsV4(byte[] bytes) {
        return SPECIAL_V4.stream().noneMatch(block -> block.contains(bytes));
    }

    private static boolean allowsV6(byte[] bytes) {
        if (NAT64.contains(bytes)) {
            return allowsV4(Arrays.copyOfRange(bytes, 12, 16));
        }
        if (isIsatap(bytes) && !allowsV4(Arrays.copyOfRange(bytes, 12, 16))) {
            return false;
        }
        return GLOBAL_V6.contains(bytes) && SPECIAL_V6.stream().noneMatch(block -> block.contains(bytes));
    }

    // The bit that says whether the identifier is globally unique may be set or not.
    private static boolean isIsatap(byte[] bytes) {
        byte[] identifier = Arrays.copyOfRange(bytes, 8, 12);
        identifier[0] &= (byte) ~0x02;
        return Arrays.equals(identifier, ISATAP);
    }

    /** A literal, without asking any name server; empty if the text is a name. */
    static Optional<InetAddress> literal(String host) {
        if (host.startsWith("[") && host.endsWith("]")) {
            String inner = host.substring(1, host.length() - 1);
            String last = inner.substring(inner.lastIndexOf(':') + 1);
            if (last.contains(".") && !isDottedQuad(last)) {
                throw new IllegalArgumentException(host);
            }
            return Optional.of(parse(inner));
        }
        return isDottedQuad(host) ? Optional.of(parse(host)) : Optional.empty();
    }

    /** Whether the text is an IPv4 address in its one canonical spelling. */
    static boolean isDottedQuad(String host) {
        String[] parts = host.split("\\.", -1);
        return parts.length == 4
                && Stream.of(parts)
                        .allMatch(part -> part.matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(part) <= 255);
    }

    private static InetAddress parse(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    private static List<Block> blocks(String... cidrs) {
        return Stream.of(cidrs).map(Block::of).toList();
    }

    /** A prefix and its length in bits. */
    private record Block(InetAddress base, int bits) {
        static Block of(String cidr) {
            int slash = cidr.indexOf('/');
            return new Block(parse(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)));
        }

        boolean contains(byte[] address) {
            byte[] prefix = base.getAddress();
            if (prefix.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >>> (bit % 8);
                if ((prefix[bit / 8] & mask) != (address[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
