package dev.sallyport.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.outbound.OutboundRefused.Reason;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundPolicyTest {
    private final OutboundPolicy strict = OutboundPolicy.strict();

    @DisplayName("C01 no spelling of a forbidden address is taken")
    @ParameterizedTest(name = "[{index}] {0}")
    @ValueSource(
            strings = {
                "http://idp.example.com/",
                "http://169.254.169.254/latest/meta-data",
                "https://169.254.169.254/",
                "https://127.0.0.1/",
                "https://127.0.0.1:443/",
                "https://127.1/",
                "https://0/",
                "https://0.0.0.0/",
                "https://[::1]/",
                "https://[::]/",
                "https://[0:0:0:0:0:0:0:1]/",
                "https://2130706433/",
                "https://0177.0.0.1/",
                "https://0177.0.0.01/",
                "https://0x7f.1/",
                "https://0x7f000001/",
                "https://0x7f.0.0.1/",
                "https://127.0.0.0x1/",
                "https://127.0.0.1./",
                "https://1.2.3/",
                "https://1.2.3.4.5/",
                "https://256.1.1.1/",
                "https://[::ffff:169.254.169.254]/",
                "https://[::ffff:7f00:1]/",
                "https://[::ffff:0:7f00:1]/",
                "https://[::127.0.0.1]/",
                "https://[::7f00:1]/",
                "https://[64:ff9b::a9fe:a9fe]/",
                "https://[64:ff9b::127.0.0.1]/",
                "https://[64:ff9b:1::a9fe:a9fe]/",
                "https://[2002:7f00:1::]/",
                "https://[2002:808:808::]/",
                "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
                "https://[fe80::1]/",
                "https://[fe80::1%25eth0]/",
                "https://[fe80::1%eth0]/",
                "https://[fc00::1]/",
                "https://[fd12:3456::1]/",
                "https://[fec0::1]/",
                "https://[ff02::1]/",
                "https://[2001:db8::1]/",
                "https://[3fff::1]/",
                "https://[100::1]/",
                "https://[5f00::1]/",
                "https://10.1.2.3/",
                "https://172.16.0.1/",
                "https://172.31.255.255/",
                "https://192.168.1.1/",
                "https://100.64.0.1/",
                "https://100.127.255.255/",
                "https://192.0.0.8/",
                "https://192.0.2.1/",
                "https://198.18.0.1/",
                "https://198.51.100.7/",
                "https://203.0.113.7/",
                "https://224.0.0.1/",
                "https://240.0.0.1/",
                "https://255.255.255.255/",
                "https://localhost/",
                "https://localhost./",
                "https://LOCALHOST/",
                "https://a.localhost/",
                "https://printer.local/",
                "https://metadata.google.internal/",
                "https://vault.corp/",
                "https://intranet/",
                "https://idp.example.com./",
                "https://idp.example.com:8443/",
                "https://idp.example.com:22/",
                "https://idp.example.com:0443/",
                "https://idp.example.com:/",
                "https://idp.example.com:99999/",
                "https://good.example.com@evil.example.com/",
                "https://user:pass@idp.example.com/",
                "https://evil.example.com\\@good.example.com/",
                "https://idp.example.com\\.evil.example.com/",
                "https://idp.example.com/#fragment",
                "https://idp.example.com#@127.0.0.1/",
                "https://idp.example.com/a b",
                "https://idp.example.com/\r\nHost: 127.0.0.1",
                "https://idp.example.com/\u0000",
                "https://idp.example.com/\tx",
                "https://bücher.example.com/",
                "https://①②⑦.⓪.⓪.①/",
                "https://127。0。0。1/",
                "https://１２７.0.0.1/",
                "https://127.0.0.1%2eexample.com/",
                "https://127.0.0.1%00.example.com/",
                "https://[::ffff:0x7f.0.0.1]/",
                "https://[::ffff:0177.0.0.1]/",
                "https://[2606:4700::5efe:127.0.0.1]/",
                "https://[2606:4700::200:5efe:10.0.0.1]/",
                "https://idp..example.com/",
                "https://-idp.example.com/",
                "https://idp_.example.com/",
                "https://%31%32%37.0.0.1/",
                "https:///idp.example.com/",
                "https:/idp.example.com/",
                "https:idp.example.com",
                "https://",
                "//idp.example.com/",
                "HTTPS://idp.example.com/",
                "file:///etc/passwd",
                "gopher://idp.example.com/",
                "ftp://idp.example.com/",
                "jar:https://idp.example.com!/",
                "javascript:alert(1)",
                "data:text/plain,hi",
                " https://idp.example.com/",
                "https://idp.example.com/ ",
                ""
            })
    void isBlocked(String url) {
        assertEquals(
                Reason.BLOCKED,
                assertThrows(OutboundRefused.class, () -> strict.check(url)).reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://idp.example.com",
                "https://idp.example.com/",
                "https://IDP.Example.Com/tenant/v2.0",
                "https://idp.example.com:443/a?b=c&d=%20",
                "https://login.microsoftonline.com/8c1f/v2.0/.well-known/openid-configuration",
                "https://xn--bcher-kva.example.com/",
                "https://8.8.8.8/",
                "https://[2606:4700::1111]/",
                "https://[64:ff9b::808:808]/"
            })
    void publicAddressesByHttpsAreTaken(String url) {
        assertEquals(443, strict.check(url).port());
    }

    @Test
    void anEntryOfTheListAllowsExactlyItself() {
        OutboundPolicy policy = new OutboundPolicy(Set.of("127.0.0.1:8180", "keycloak.lan:8443", "[::1]:9000"));
        policy.check("http://127.0.0.1:8180/realms/acme");
        policy.check("https://127.0.0.1:8180/");
        policy.check("https://keycloak.lan:8443/");
        policy.check("http://[::1]:9000/");
        for (String url : List.of(
                "http://127.0.0.1:8181/",
                "http://127.0.0.1/",
                "http://localhost:8180/",
                "http://127.1:8180/",
                "http://0x7f.1:8180/",
                "http://[::ffff:127.0.0.1]:8180/",
                "https://keycloak.lan/",
                "https://sub.keycloak.lan:8443/",
                "http://user@127.0.0.1:8180/")) {
            assertThrows(OutboundRefused.class, () -> policy.check(url), url);
        }
    }

    @Test
    void theListIsEmptyByDefault() {
        assertTrue(OutboundPolicy.strict().allow().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "http://localhost:80", "localhost:0", "*:443", "10.0.0.0/8:443", "a:b"})
    void anEntryThatIsNotHostAndPortIsRefusedByName(String entry) {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new OutboundPolicy(Set.of(entry)));
        assertTrue(e.getMessage().contains(entry), e.getMessage());
    }
}
