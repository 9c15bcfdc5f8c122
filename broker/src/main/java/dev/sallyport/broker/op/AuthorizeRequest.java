package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An authorization request that was found in order (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1). What is not understood was ignored,
 * what is understood and not supported was refused by its own error.
 *
 * @param prompt subset of the words of OpenID Connect Core §3.1.2.1
 * @param maxAge seconds
 */
public record AuthorizeRequest(
        String clientId,
        String redirectUri,
        List<String> scope,
        Optional<String> state,
        Optional<String> nonce,
        String codeChallenge,
        Set<String> prompt,
        Optional<Long> maxAge,
        Optional<String> acrValues,
        Optional<String> loginHint,
        Optional<String> connection) {
    /** The scopes that mean something here; others are left out of what is granted. */
    public static final List<String> SCOPES = List.of("openid", "profile", "email");

    private static final Set<String> PROMPTS = Set.of("none", "login", "consent", "select_account");

    /**
     * Reads and checks what may be answered to the redirect URI.
     *
     * @throws OAuthError to be sent to the redirect URI, which is known to be registered
     */
    public static AuthorizeRequest parse(Parameters parameters, Applications.Client client, String redirectUri) {
        refuse(parameters, "request", "request_not_supported");
        refuse(parameters, "request_uri", "request_uri_not_supported");
        refuse(parameters, "registration", "registration_not_supported");
        String responseType = parameters.require("response_type");
        if (!responseType.equals("code")) {
            throw new OAuthError(400, "unsupported_response_type", "response_type must be code");
        }
        if (parameters.get("response_mode").map(mode -> !mode.equals("query")).orElse(false)) {
            throw OAuthError.invalidRequest("response_mode must be query");
        }
        if (!parameters.get("code_challenge_method").equals(Optional.of("S256"))) {
            throw OAuthError.invalidRequest("code_challenge_method must be S256");
        }
        String challenge = parameters.require("code_challenge");
        if (!challenge.matches("[A-Za-z0-9_-]{43}")) {
            throw OAuthError.invalidRequest("code_challenge must be 43 characters of base64url");
        }
        List<String> resources = parameters.get("resource").stream().toList();
        if (!resources.isEmpty() && !resources.get(0).equals(client.audience())) {
            throw new OAuthError(400, "invalid_target", "resource is not the application's audience in this tenant");
        }
        return new AuthorizeRequest(
                client.id(),
                redirectUri,
                parameters.list("scope").stream().filter(SCOPES::contains).toList(),
                parameters.get("state"),
                limited(parameters, "nonce", 512),
                challenge,
                prompt(parameters),
                maxAge(parameters),
                limited(parameters, "acr_values", 512),
                limited(parameters, "login_hint", 320),
                limited(parameters, "connection", 36));
    }

    /** Whether the person must prove anew who they are, whatever session there is. */
    public boolean wantsFreshLogin() {
        return prompt.contains("login") || prompt.contains("select_account");
    }

    /** For the time in which the browser is at the IdP. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("client_id", clientId)
                .put("redirect_uri", redirectUri)
                .put("scope", new JsonArray(scope))
                .put("state", state.orElse(null))
                .put("nonce", nonce.orElse(null))
                .put("code_challenge", codeChallenge)
                .put("prompt", new JsonArray(List.copyOf(prompt)))
                .put("max_age", maxAge.orElse(null))
                .put("acr_values", acrValues.orElse(null))
                .put("login_hint", loginHint.orElse(null));
    }

    /** Back from {@link #toJson()}. */
    public static AuthorizeRequest of(JsonObject json) {
        return new AuthorizeRequest(
                json.getString("client_id"),
                json.getString("redirect_uri"),
                json.getJsonArray("scope").stream().map(String.class::cast).toList(),
                Optional.ofNullable(json.getString("state")),
                Optional.ofNullable(json.getString("nonce")),
                json.getString("code_challenge"),
                Set.copyOf(json.getJsonArray("prompt").stream()
                        .map(String.class::cast)
                        .toList()),
                Optional.ofNullable(json.getLong("max_age")),
                Optional.ofNullable(json.getString("acr_values")),
                Optional.ofNullable(json.getString("login_hint")),
                Optional.empty());
    }

    private static Set<String> prompt(Parameters parameters) {
        List<String> values = parameters.list("prompt");
        if (!PROMPTS.containsAll(values)) {
            throw OAuthError.invalidRequest("prompt has an unknown value");
        }
        if (values.contains("none") && values.size() > 1) {
            throw OAuthError.invalidRequest("prompt none stands alone");
        }
        return Set.copyOf(values);
    }

    private static Optional<Long> maxAge(Parameters parameters) {
        return parameters.get("max_age").map(text -> {
            if (!text.matches("[0-9]{1,9}")) {
                throw OAuthError.invalidRequest("max_age must be a number of seconds");
            }
            return Long.parseLong(text);
        });
    }

    private static Optional<String> limited(Parameters parameters, String name, int most) {
        Optional<String> value = parameters.get(name);
        if (value.isPresent() && value.get().length() > most) {
            throw OAuthError.invalidRequest(name + " is longer than " + most + " characters");
        }
        return value;
    }

    private static void refuse(Parameters parameters, String name, String error) {
        if (parameters.has(name)) {
            throw new OAuthError(400, error, "parameter " + name + " is not supported");
        }
    }
}
