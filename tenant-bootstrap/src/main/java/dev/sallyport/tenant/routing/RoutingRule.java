package dev.sallyport.tenant.routing;

import dev.sallyport.tenant.ConnectionId;
import java.util.Optional;

/**
 * Whoever comes like this signs in by that connection. A rule leads; it admits nobody and keeps nobody out.
 *
 * @param domain the person's e-mail domain in ASCII form, as far as it is known; it counts only while the tenant has proven it
 * @param application the client id of the application that sends the person
 * @param connection a connection of the same tenant
 */
public record RoutingRule(Optional<String> domain, Optional<String> application, ConnectionId connection) {}
