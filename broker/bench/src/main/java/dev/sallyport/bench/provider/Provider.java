package dev.sallyport.bench.provider;

import dev.sallyport.demo.story.Client;
import io.vertx.core.net.SocketAddress;
import java.util.Optional;

/**
 * One tenant, or realm, of a server: an OpenID Provider with its clients.
 *
 * @param authority host and port, as in the header Host
 * @param paths of its endpoints
 * @param service a client with a secret whose tokens are signed with ES256
 * @param serviceRsa the same with RS256
 * @param web the application to which people sign in; ES256
 * @param choice what is added to an authorization request so that it goes to the identity provider at once; may be empty
 * @param verified only the broker has it
 * @param troubled only the broker has it
 */
public record Provider(
        String authority,
        Paths paths,
        Client service,
        Client serviceRsa,
        Client web,
        String choice,
        Optional<Verified> verified,
        Optional<Troubled> troubled) {
    /** Of the application; nobody listens there. */
    public static final String REDIRECT_URI = "http://127.0.0.1:9/signed-in";

    /** The paths of its endpoints. */
    public record Paths(
            String authorize,
            String token,
            String introspect,
            String userinfo,
            String revoke,
            String jwks,
            String discovery) {}

    /**
     * What an API has to know that checks its tokens with the broker's verifier.
     *
     * @param issuers pattern of the issuers of all tenants
     * @param resource base of the audiences
     * @param revocations path of the feed of cut-offs
     */
    public record Verified(String issuers, String resource, String revocations) {}

    /**
     * Tenants of the same server whose identity providers are a burden.
     *
     * @param stalling whose provider never answers
     * @param bombing whose provider's answers are bombs
     */
    public record Troubled(Sick stalling, Sick bombing) {}

    /** Such a tenant and its provider. */
    public record Sick(Provider tenant, InstantIdp idp) {}

    /** Where it listens. */
    public SocketAddress address() {
        int colon = authority.lastIndexOf(':');
        return SocketAddress.inetSocketAddress(
                Integer.parseInt(authority.substring(colon + 1)), authority.substring(0, colon));
    }
}
