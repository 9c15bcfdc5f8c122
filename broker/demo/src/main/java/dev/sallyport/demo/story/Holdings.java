package dev.sallyport.demo.story;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * What a signed-in person holds: the application's tokens, and some more that were got the same way. Each was tried when it was got.
 *
 * @param refreshToken the newest of its family
 * @param code an authorization code that nobody has exchanged yet
 */
record Holdings(Visitor owner, String refreshToken, String code, String apiKey) {
    private static final String VERIFIER = "a-code-verifier-of-this-story-that-is-long-enough";

    static Holdings collect(Stage stage, Client app, Visitor owner) {
        Company company = owner.company();
        Caller client = Caller.client(stage.issuer(company), app);
        String first = code(stage, app, owner).orElseThrow(() -> new Broken("the session gives no code"));
        JsonObject tokens = Checks.status("exchanging a code", 200, exchange(stage, client, company, first))
                .json();
        JsonObject rotated = Checks.status(
                        "using a refresh token", 200, refresh(client, tokens.getString("refresh_token")))
                .json();
        String second = code(stage, app, owner).orElseThrow(() -> new Broken("the session gives no code"));
        String key = Checks.status(
                        "making an API key",
                        201,
                        stage.at(company, owner.accessToken())
                                .post("/api-keys", new JsonObject().put("name", "nightly report")))
                .json()
                .getString("key");
        Checks.that(TenantsStayApart.isActive(stage, company, app, key), "the API key is good");
        Checks.status(
                "the access token at the application",
                200,
                stage.api(company, owner.accessToken()).get("/me"));
        return new Holdings(owner, rotated.getString("refresh_token"), second, key);
    }

    /** An authorization code out of the browser's session alone ({@code prompt=none}); empty when a sign-in is needed. */
    static Optional<String> code(Stage stage, Client app, Visitor owner) {
        Company company = owner.company();
        Map<String, String> query = Map.of(
                "response_type", "code",
                "client_id", app.id(),
                "redirect_uri", stage.app().redirectUri(company.slug()),
                "scope", "openid offline_access",
                "prompt", "none",
                "state", "story",
                "nonce", "story",
                "code_challenge", challenge(),
                "code_challenge_method", "S256");
        Page answer = owner.browser().peek(stage.issuer(company) + "/authorize?" + Wire.form(query));
        URI back = answer.location().orElseThrow(() -> new Broken("authorize answers " + answer.described()));
        Checks.equal("where authorize sends the browser", stage.app().redirectUri(company.slug()), Wire.shown(back));
        Optional<String> code = answer.sentOn("code");
        if (code.isEmpty()) {
            Checks.equal("what authorize says", Optional.of("login_required"), answer.sentOn("error"));
        }
        return code;
    }

    static Answer exchange(Stage stage, Caller client, Company company, String code) {
        return client.post(
                "/token",
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "code",
                        code,
                        "redirect_uri",
                        stage.app().redirectUri(company.slug()),
                        "code_verifier",
                        VERIFIER));
    }

    static Answer refresh(Caller client, String token) {
        return client.post("/token", Map.of("grant_type", "refresh_token", "refresh_token", token));
    }

    private static String challenge() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "Holdings[" + owner + "]";
    }
}
