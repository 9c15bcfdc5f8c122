package dev.sallyport.tenant.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.http.Cookie;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("D07 the setup cookie")
class SetupCookieTest {
    @Test
    void isSecureAndPrefixedOverHttps() {
        Cookie cookie = new SetupCookie("https://example.com/id", "/id").of("acme.x", "spw_y");
        assertEquals("__Secure-sallyport_setup", cookie.getName());
        assertTrue(cookie.isSecure() && cookie.isHttpOnly());
        assertEquals("/id/setup/acme.x", cookie.getPath());
        assertEquals(null, cookie.getDomain());
    }

    @Test
    void isPlainOnLoopback() {
        Cookie cookie = new SetupCookie("http://127.0.0.1:8080", "").of("acme.x", "spw_y");
        assertEquals("sallyport_setup", cookie.getName());
        assertFalse(cookie.isSecure());
        assertTrue(cookie.isHttpOnly());
    }
}
