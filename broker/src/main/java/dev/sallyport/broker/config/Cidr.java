package dev.sallyport.broker.config;

import io.netty.util.NetUtil;

/** A block of addresses (RFC 4632, RFC 4291 §2.3). */
public final class Cidr {
    private final byte[] network;
    private final int bits;

    private Cidr(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /**
     * Reads {@code 10.0.0.0/8} or a single address.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw new IllegalArgumentException("has '" + text + "', which is no address block such as 10.0.0.0/8");
        }
        int bits = address.length * 8;
        if (slash >= 0) {
            String number = text.substring(slash + 1);
            if (!number.matches("[0-9]{1,3}") || Integer.parseInt(number) > bits) {
                throw new IllegalArgumentException("has '" + text + "', whose prefix length is wrong");
            }
            bits = Integer.parseInt(number);
        }
        return new Cidr(address, bits);
    }

    /** Whether an address in text form lies in the block; what is no address lies nowhere. */
    public boolean contains(String address) {
        byte[] other = NetUtil.createByteArrayFromIpAddressString(address);
        if (other == null || other.length != network.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((network[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr that && bits == that.bits && java.util.Arrays.equals(network, that.network);
    }

    @Override
    public int hashCode() {
        return java.util.Arrays.hashCode(network) * 31 + bits;
    }

    @Override
    public String toString() {
        return NetUtil.bytesToIpAddress(network) + "/" + bits;
    }
}
