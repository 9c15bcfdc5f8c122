package dev.sallyport.tenant.connection;

/** The provider names a token endpoint at another place than the one that our secret was entered for. Nothing is sent there. */
public final class TokenEndpointMoved extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TokenEndpointMoved() {
        super("the provider names a token endpoint at another place", null, false, false);
    }
}
