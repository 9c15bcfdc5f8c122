package dev.sallyport.verifier;

/**
 * A token does not open this door. Knows the HTTP answer that says so (RFC 6750 §3); no part of the token is ever in its texts.
 */
public final class TokenRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    TokenRefused(Reason reason) {
        this(reason, reason.text);
    }

    TokenRefused(Reason reason, String text) {
        super(text, null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public enum Reason {
        /** The request has no bearer token at all. */
        MISSING(401, "invalid_token", "a bearer token is needed"),
        /** It is too long, or not a signed JWT, or nested too deeply. */
        MALFORMED(401, "invalid_token", "this is not a signed token"),
        /** {@code typ} is not {@code at+jwt}: an ID token, a logout token, something else. */
        WRONG_TYPE(401, "invalid_token", "another kind of token is needed"),
        /** {@code alg} is neither ES256 nor RS256, or not the key's. */
        ALGORITHM(401, "invalid_token", "the algorithm is not allowed"),
        /** The header brings key material or critical extensions. */
        HEADER(401, "invalid_token", "the header holds what it must not hold"),
        /** No trusted issuer made it, or its tenant is not served here. */
        UNKNOWN_ISSUER(401, "invalid_token", "no trusted issuer made it"),
        /** The tenant publishes no such key. */
        UNKNOWN_KEY(401, "invalid_token", "no published key of its tenant made it"),
        /** The signature is wrong. */
        SIGNATURE(401, "invalid_token", "the signature is wrong"),
        /** It is for another API or for this one in another tenant. */
        AUDIENCE(401, "invalid_token", "it is for another audience"),
        /** {@code tenant} is not the tenant of its issuer. */
        TENANT(401, "invalid_token", "it is of another tenant"),
        /** Its {@code client_id} is not among those that may call. */
        CLIENT(401, "invalid_token", "its application may not call here"),
        /** A claim that must be there is missing or has the wrong type. */
        CLAIMS(401, "invalid_token", "a claim is missing or has the wrong type"),
        /** Its time is over. */
        EXPIRED(401, "invalid_token", "it has expired"),
        /** {@code iat} or {@code nbf} lies ahead. */
        NOT_YET_VALID(401, "invalid_token", "it is not valid yet"),
        /** The revocation feed cut it off. */
        REVOKED(401, "invalid_token", "it was revoked"),
        /** It is good but lacks a permission. */
        PERMISSION(403, "insufficient_scope", "a permission is missing"),
        /** The tenant's keys cannot be had at the moment. */
        KEYS_UNAVAILABLE(503, "temporarily_unavailable", "the tenant's keys cannot be read at the moment"),
        /** The revocation feed is silent for longer than the policy allows. */
        FEED_UNAVAILABLE(503, "temporarily_unavailable", "the revocation feed cannot be read at the moment");

        private final int status;
        private final String code;
        private final String text;

        Reason(int status, String code, String text) {
            this.status = status;
            this.code = code;
            this.text = text;
        }
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** The HTTP status to answer with: 401, 403 or 503. */
    public int status() {
        return reason.status;
    }

    /** The error code of RFC 6750 §3.1, or {@code temporarily_unavailable}. */
    public String error() {
        return reason.code;
    }

    /** Whether the same token may be good in a moment: answer 503 with {@code Retry-After}. */
    public boolean isTemporary() {
        return reason.status == 503;
    }

    /** The value of {@code WWW-Authenticate} (RFC 6750 §3); a request without any token is told no error. Not for status 503. */
    public String challenge() {
        return reason == Reason.MISSING
                ? "Bearer"
                : "Bearer error=\"" + reason.code + "\", error_description=\"" + getMessage() + "\"";
    }
}
