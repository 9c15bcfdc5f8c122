package dev.sallyport.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetAddress;
import java.net.UnknownHostException;
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
