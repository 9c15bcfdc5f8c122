package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.core.Future;

/**
 * A sign-in through a connection that creates nobody. Whoever implements it writes what came out with {@link
 * dev.sallyport.tenant.connection.ConnectionTests#record}.
 */
@FunctionalInterface
public interface TestSignIn {
    /**
     * Starts one.
     *
     * @param returnTo absolute; where the browser comes back to when the result is written
     */
    Future<TestDeparture> begin(Tenant tenant, Connection connection, String returnTo);
}
