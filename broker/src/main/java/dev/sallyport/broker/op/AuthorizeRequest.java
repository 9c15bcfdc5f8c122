package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.tenant.domain.HomeRealm;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An authorization request that was found in order (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1). What is not understood was ignored,
 * what is understood and not supported was refused by its own error.
 *
 * @param prompt subset of the words of OpenID Connect Core §3.1.2.1
 * @param maxAge seconds
 * @param subject the person whom {@code id_token_hint} names: nobody else may answer
 * @param formPost whether the answer goes back as a form
 * @param pushed under which it was kept since the application pushed it (RFC 9126)
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
        Optional<String> domainHint,
        Optional<String> connection,
        Optional<String> subject,
        boolean formPost,
        Optional<String> pushed) {
    /** The scopes that mean something here; others are left out of what is granted. */
    public static final List<String> SCOPES = List.of("openid", "profile", "email");

    /** How an answer may go back: in the query, or as a form. */
    static final List<String> RESPONSE_MODES = List.of("query", ReturnAddress.FORM_POST);

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
        String mode = parameters.get("response_mode").orElse("query");
        if (!RESPONSE_MODES.contains(mode)) {
            throw OAuthError.invalidRequest("response_mode must be query or form_post");
        }
        if (!parameters.get("code_challenge_method").equals(Optional.of("S256"))) {
            throw OAuthError.invalidRequest("code_challenge_method must be S256");
        }
        String challenge = parameters.require("code_challenge");
        if (!challenge.matches("[A-Za-z0-9_-]{43}")) {
            throw OAuthError.invalidRequest("code_challenge must be 43 characters of base64url");
        }
        Resource.require(parameters, client);
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
                limited(parameters, "domain_hint", 253),
                limited(parameters, "connection", 36),
                Optional.empty(),
                mode.equals(ReturnAddress.FORM_POST),
                Optional.empty());
    }

    /** The same, to be answered for this person only. */
    AuthorizeRequest forSubject(String person) {
        return with(prompt, connection, Optional.of(person), pushed);
    }

    /** The same as the application pushed it. */
    AuthorizeRequest pushedAs(String name) {
        return with(prompt, connection, subject, Optional.of(name));
    }

    /** The same, through the connection that the person chose in between. */
    AuthorizeRequest through(Optional<String> chosen) {
        return with(prompt, connection.or(() -> chosen), subject, pushed);
    }

    /** The same, with the person asked anew who they are. */
    AuthorizeRequest askingAnew() {
        Set<String> more = new HashSet<>(prompt);
        more.add("login");
        return with(Set.copyOf(more), connection, subject, pushed);
    }

    /** The domain of the person as far as somebody said it, in ASCII form. */
    Optional<String> domain() {
        return loginHint.flatMap(HomeRealm::domainOf).or(() -> domainHint.flatMap(HomeRealm::domain));
    }

    /** Where the answer goes. */
    ReturnAddress returnAddress() {
        return new ReturnAddress(redirectUri, state, formPost);
    }

    private AuthorizeRequest with(
            Set<String> otherPrompt,
            Optional<String> otherConnection,
            Optional<String> otherSubject,
            Optional<String> otherPushed) {
        return new AuthorizeRequest(
                clientId,
                redirectUri,
                scope,
                state,
                nonce,
                codeChallenge,
                otherPrompt,
                maxAge,
                acrValues,
                loginHint,
                domainHint,
                otherConnection,
                otherSubject,
                formPost,
                otherPushed);
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
                .put("login_hint", loginHint.orElse(null))
                .put("domain_hint", domainHint.orElse(null))
                .put("connection", connection.orElse(null))
                .put("subject", subject.orElse(null))
                .put("form_post", formPost)
                .put("pushed", pushed.orElse(null));
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
                Optional.ofNullable(json.getString("domain_hint")),
                Optional.ofNullable(json.getString("connection")),
                Optional.ofNullable(json.getString("subject")),
                json.getBoolean("form_post", false),
                Optional.ofNullable(json.getString("pushed")));
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
