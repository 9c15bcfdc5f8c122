package dev.sallyport.tenant.setup;

import io.vertx.core.http.Cookie;
import java.util.List;

/**
 * A test sign-in that is about to leave for the provider.
 *
 * @param location where the browser is sent
 * @param cookies what binds the browser to it
 */
public record TestDeparture(String location, List<Cookie> cookies) {
    public TestDeparture {
        cookies = List.copyOf(cookies);
    }

    /** Without the location, which carries the state. */
    @Override
    public String toString() {
        return "TestDeparture";
    }
}
