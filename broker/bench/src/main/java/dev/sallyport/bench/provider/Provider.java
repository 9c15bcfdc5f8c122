package dev.sallyport.bench.provider;

import dev.sallyport.demo.story.Client;
import io.vertx.core.net.SocketAddress;

/**
 * One tenant, or realm, of a server: an OpenID Provider with its clients.
 *
 * @param authority host and port, as in the header Host
 * @param paths of its endpoints
 * @param service a client with a secret whose tokens are signed with ES256
 * @param serviceRsa the same with RS256
 * @param web the application to which people sign in; ES256
 * @param redirectUri of that application
 * @param choice what is added to an authorization request so that it goes to the identity provider at once; may be empty
 */
public record Provider(
        String authority,
        Paths paths,
        Client service,
        Client serviceRsa,
        Client web,
        String redirectUri,
        String choice) {

    /** The paths of its endpoints. */
    public record Paths(
            String authorize, String token, String introspect, String userinfo, String jwks, String discovery) {}

    /** Where it listens. */
    public SocketAddress address() {
        int colon = authority.lastIndexOf(':');
        return SocketAddress.inetSocketAddress(
                Integer.parseInt(authority.substring(colon + 1)), authority.substring(0, colon));
    }
}
