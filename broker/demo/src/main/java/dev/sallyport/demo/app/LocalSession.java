package dev.sallyport.demo.app;

import dev.sallyport.verifier.VerifiedToken;
import io.vertx.ext.auth.User;

/** A signed-in browser. The cookie holds {@code id}; {@code formToken} proves that a form was ours; {@code tokens} is what the code was exchanged for. */
public record LocalSession(
        String id, String formToken, String name, String email, String sid, VerifiedToken access, User tokens) {

    /** The tenant's slug. */
    public String tenant() {
        return access.tenant();
    }

    /** The person, as this tenant's issuer names them. */
    public String subject() {
        return access.subject();
    }

    /** The raw access token. */
    public String accessToken() {
        return tokens.principal().getString("access_token");
    }

    /** The raw refresh token; empty when there is none. */
    public String refreshToken() {
        return tokens.principal().getString("refresh_token", "");
    }

    /** The raw ID token. */
    public String idToken() {
        return tokens.principal().getString("id_token", "");
    }

    LocalSession renewed(VerifiedToken newAccess, User newTokens) {
        return new LocalSession(id, formToken, name, email, sid, newAccess, newTokens);
    }

    /** Everything but the secrets. */
    @Override
    public String toString() {
        return "LocalSession[" + tenant() + ", " + subject() + ", " + sid + "]";
    }
}
