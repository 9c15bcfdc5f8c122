package dev.sallyport.broker.op;

import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import java.util.List;
import java.util.Optional;

/**
 * A request to exchange a token that was found in order (RFC 8693 §2.1).
 *
 * @param scope what the new token shall be limited to; empty for no further limit
 */
record ExchangeRequest(
        String subjectToken, Kind kind, List<String> scope, Optional<String> audience, Optional<String> resource) {
    /** The type of access tokens (RFC 8693 §3). */
    static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    /** The type of API keys; of our own making. */
    static final String API_KEY = "urn:sallyport:token-type:api_key";

    /** What may be exchanged. */
    enum Kind {
        API_KEY,
        ACCESS_TOKEN
    }

    /**
     * Reads and checks the form.
     *
     * @throws OAuthError {@code invalid_request}, naming the parameter
     */
    static ExchangeRequest parse(Parameters form) {
        Kind kind =
                switch (form.require("subject_token_type")) {
                    case ACCESS_TOKEN -> Kind.ACCESS_TOKEN;
                    case API_KEY -> Kind.API_KEY;
                    default ->
                        throw OAuthError.invalidRequest(
                                "subject_token_type must be " + ACCESS_TOKEN + " or " + API_KEY);
                };
        if (form.get("requested_token_type")
                .map(type -> !type.equals(ACCESS_TOKEN))
                .orElse(false)) {
            throw OAuthError.invalidRequest("requested_token_type must be " + ACCESS_TOKEN + ", or left out");
        }
        if (form.has("actor_token") || form.has("actor_token_type")) {
            throw OAuthError.invalidRequest(
                    "actor_token is not supported: the client that authenticates is the one who acts");
        }
        return new ExchangeRequest(
                form.require("subject_token"), kind, form.list("scope"), form.get("audience"), form.get("resource"));
    }
}
