package dev.sallyport.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class GlobalAddressProperties {
    @Property
    @Label("C01 every IPv4 address is judged the same when NAT64 carries it")
    void carriedAddressesAreJudgedAsWhatTheyAre(@ForAll @Size(4) byte[] v4) throws UnknownHostException {
        byte[] nat64 = new byte[16];
        nat64[1] = 0x64;
        nat64[2] = (byte) 0xff;
        nat64[3] = (byte) 0x9b;
        System.arraycopy(v4, 0, nat64, 12, 4);
        assertEquals(
                GlobalAddress.allows(InetAddress.getByAddress(v4)),
                GlobalAddress.allows(InetAddress.getByAddress(nat64)));
    }

    @Property
    @Label("C01 an IPv4 address that may not be called may not be called in any IPv6 clothes")
    void noClothesMakeAnAddressBetter(@ForAll @Size(4) byte[] v4, @ForAll @Size(8) byte[] prefix)
            throws UnknownHostException {
        if (GlobalAddress.allows(InetAddress.getByAddress(v4))) {
            return;
        }
        byte[] isatap = Arrays.copyOf(prefix, 16);
        isatap[10] = 0x5e;
        isatap[11] = (byte) 0xfe;
        List<byte[]> clothed = List.of(
                with(v4, 12, new byte[16]),
                with(v4, 12, with(bytes(0xff, 0xff), 10, new byte[16])),
                with(v4, 12, with(bytes(0xff, 0xff), 8, new byte[16])),
                with(v4, 12, bytes(0, 0x64, 0xff, 0x9b)),
                with(v4, 12, bytes(0, 0x64, 0xff, 0x9b, 0, 1)),
                with(v4, 2, bytes(0x20, 0x02)),
                with(inverted(v4), 12, bytes(0x20, 0x01)),
                with(v4, 12, isatap),
                with(v4, 12, with(bytes(0x02), 8, isatap)));
        for (byte[] address : clothed) {
            InetAddress dressed = InetAddress.getByAddress(address);
            assertFalse(GlobalAddress.allows(dressed), dressed.toString());
        }
    }

    private static byte[] bytes(int... values) {
        byte[] all = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            all[i] = (byte) values[i];
        }
        return all;
    }

    private static byte[] with(byte[] part, int at, byte[] whole) {
        byte[] all = Arrays.copyOf(whole, 16);
        System.arraycopy(part, 0, all, at, part.length);
        return all;
    }

    private static byte[] inverted(byte[] v4) {
        return bytes(~v4[0] & 0xff, ~v4[1] & 0xff, ~v4[2] & 0xff, ~v4[3] & 0xff);
    }

    @Property
    @Label("C01 an address that Java itself calls special is never allowed")
    void whatJavaCallsSpecialIsRefused(@ForAll @Size(16) byte[] v6) throws UnknownHostException {
        InetAddress address = InetAddress.getByAddress(v6);
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            assertFalse(GlobalAddress.allows(address));
        }
    }
}
