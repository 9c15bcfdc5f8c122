package dev.sallyport.demo.idp;

import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * A checked authentication request (OpenID Connect Core §3.1.2.1, PKCE required). {@code state}, {@code nonce} and
 * {@code loginHint} are empty when absent; {@code maxAge} is in seconds, negative when absent.
 */
record AuthenticationRequest(
        IdpClient client,
        String redirectUri,
        String state,
        String nonce,
        String challenge,
        Set<String> scopes,
        Set<String> prompts,
        long maxAge,
        String loginHint) {

    private static final Set<String> SUPPORTED_SCOPES =
            Set.of("openid", "profile", "email", "groups", "offline_access");
    private static final List<String> SINGLE = List.of(
            "client_id",
            "redirect_uri",
            "response_type",
            "response_mode",
            "scope",
            "state",
            "nonce",
            "code_challenge",
            "code_challenge_method",
            "prompt",
            "max_age",
            "login_hint");

    /** The client or its redirect URI is not known, so the person is told and nobody is redirected. */
    static final class UnknownClient extends RuntimeException {
        UnknownClient(String message) {
            super(message);
        }
    }

    /** The request is wrong, and the client is told by redirect. */
    static final class Rejected extends RuntimeException {
        private final String location;

        Rejected(String location, String message) {
            super(message);
            this.location = location;
        }

        String location() {
            return location;
        }
    }

    /**
     * Checks the parameters of a request.
     *
     * @throws UnknownClient when it must not be answered by redirect
     * @throws Rejected when it must
     */
    static AuthenticationRequest parse(MultiMap params, Map<String, IdpClient> clients, String issuer) {
        IdpClient client = Optional.ofNullable(params.get("client_id"))
                .map(clients::get)
                .orElseThrow(() -> new UnknownClient("The application that sent you here is not registered."));
        String redirectUri = text(params, "redirect_uri");
        if (params.getAll("client_id").size() > 1
                || params.getAll("redirect_uri").size() > 1
                || !client.redirectUris().contains(redirectUri)) {
            throw new UnknownClient("The application asked to return to an address that is not registered.");
        }
        String state = text(params, "state");
        Rejections reject = new Rejections(redirectUri, state, issuer);
        reject.when(
                SINGLE.stream().anyMatch(name -> params.getAll(name).size() > 1),
                "invalid_request",
                "a parameter is repeated");
        reject.when(params.contains("request"), "request_not_supported", "request objects are not supported");
        reject.when(params.contains("request_uri"), "request_uri_not_supported", "request_uri is not supported");
        reject.when(
                !text(params, "response_type").equals("code"),
                "unsupported_response_type",
                "response_type must be code");
        String mode = text(params, "response_mode");
        reject.when(!mode.isEmpty() && !mode.equals("query"), "invalid_request", "response_mode must be query");
        reject.when(!words(params, "scope").contains("openid"), "invalid_scope", "scope must contain openid");
        reject.when(
                !text(params, "code_challenge_method").equals("S256"),
                "invalid_request",
                "code_challenge_method must be S256");
        String challenge = text(params, "code_challenge");
        reject.when(
                !challenge.matches("[A-Za-z0-9_-]{43}"),
                "invalid_request",
                "code_challenge must be a SHA-256 in base64url");
        Set<String> prompts = words(params, "prompt");
        reject.when(prompts.contains("none") && prompts.size() > 1, "invalid_request", "prompt=none stands alone");
        String maxAge = text(params, "max_age");
        reject.when(!maxAge.matches("[0-9]{0,9}"), "invalid_request", "max_age must be a number of seconds");
        Set<String> scopes = new TreeSet<>(words(params, "scope"));
        scopes.retainAll(SUPPORTED_SCOPES);
        return new AuthenticationRequest(
                client,
                redirectUri,
                state,
                text(params, "nonce"),
                challenge,
                Set.copyOf(scopes),
                prompts,
                maxAge.isEmpty() ? -1 : Long.parseLong(maxAge),
                text(params, "login_hint"));
    }

    /** Where the browser goes with the answer: state, and the issuer (RFC 9207), are added to the given parameters. */
    String answer(String issuer, Map<String, String> parameters) {
        return answer(redirectUri, state, issuer, parameters);
    }

    private static String answer(String redirectUri, String state, String issuer, Map<String, String> parameters) {
        StringJoiner query = new StringJoiner("&", redirectUri.contains("?") ? "&" : "?", "");
        parameters.forEach((name, value) -> query.add(name + "=" + encode(value)));
        if (!state.isEmpty()) {
            query.add("state=" + encode(state));
        }
        return redirectUri + query.add("iss=" + encode(issuer));
    }

    private record Rejections(String redirectUri, String state, String issuer) {
        void when(boolean wrong, String code, String description) {
            if (wrong) {
                Map<String, String> error = Map.of("error", code, "error_description", description);
                throw new Rejected(answer(redirectUri, state, issuer, error), description);
            }
        }
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String text(MultiMap params, String name) {
        return Optional.ofNullable(params.get(name)).orElse("");
    }

    private static Set<String> words(MultiMap params, String name) {
        String text = text(params, name).strip();
        return text.isEmpty() ? Set.of() : Set.copyOf(List.of(text.split(" +", -1)));
    }
}
