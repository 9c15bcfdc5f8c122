package dev.sallyport.broker.session;

import io.vertx.core.json.JsonObject;

/**
 * A refresh token of the provider's, with what the provider said of the person when it gave it: what it says later must be the same.
 *
 * @param issuer who gave it; it is sent to nobody else, wherever the connection leads by then
 * @param sub the provider's {@code sub}
 * @param nonce of the sign-in; a later ID token has the same or none (OpenID Connect Core §12.2)
 */
public record UpstreamGrant(String refreshToken, String issuer, String sub, String nonce) {
    /** Longer refresh tokens are not kept. */
    public static final int MOST_TOKEN = 16_384;

    /** The same person's with the token that came in place of this one. */
    public UpstreamGrant with(String newToken) {
        return new UpstreamGrant(newToken, issuer, sub, nonce);
    }

    String text() {
        return new JsonObject()
                .put("refresh_token", refreshToken)
                .put("issuer", issuer)
                .put("sub", sub)
                .put("nonce", nonce)
                .encode();
    }

    static UpstreamGrant of(String text) {
        JsonObject json = new JsonObject(text);
        return new UpstreamGrant(
                json.getString("refresh_token"),
                json.getString("issuer"),
                json.getString("sub"),
                json.getString("nonce"));
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "UpstreamGrant";
    }
}
