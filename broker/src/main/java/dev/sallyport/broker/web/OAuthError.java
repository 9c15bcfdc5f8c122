package dev.sallyport.broker.web;

import io.vertx.core.json.JsonObject;

/** A protocol error as the client hears it (RFC 6749 §5.2 and §4.1.2.1, RFC 6750 §3.1, OpenID Connect Core §3.1.2.6). */
public final class OAuthError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /**
     * An error.
     *
     * @param status of the HTTP answer where the error is the answer
     * @param description a sentence that names the parameter and the fix; never echoes a secret
     */
    public OAuthError(int status, String code, String description) {
        super(description, null, false, false);
        this.status = status;
        this.code = code;
    }

    /** 400 {@code invalid_request}. */
    public static OAuthError invalidRequest(String description) {
        return new OAuthError(400, "invalid_request", description);
    }

    /** 400 {@code invalid_grant}; says nothing about what exactly was wrong. */
    public static OAuthError invalidGrant() {
        return new OAuthError(400, "invalid_grant", "the code or token is unknown, expired, used or not yours");
    }

    /** 401 {@code invalid_client}. */
    public static OAuthError invalidClient() {
        return new OAuthError(401, "invalid_client", "client authentication failed");
    }

    /** HTTP status. */
    public int status() {
        return status;
    }

    /** The error code. */
    public String code() {
        return code;
    }

    /** The body of the answer. */
    public JsonObject toJson() {
        return new JsonObject().put("error", code).put("error_description", getMessage());
    }
}
