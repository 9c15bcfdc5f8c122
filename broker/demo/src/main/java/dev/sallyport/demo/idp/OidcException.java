package dev.sallyport.demo.idp;

import io.vertx.core.json.JsonObject;

/** An OAuth 2.0 error that is told to the client as JSON (RFC 6749 §5.2). */
final class OidcException extends RuntimeException {

    private final int status;
    private final String code;

    OidcException(int status, String code, String description) {
        super(description);
        this.status = status;
        this.code = code;
    }

    static OidcException invalidRequest(String description) {
        return new OidcException(400, "invalid_request", description);
    }

    static OidcException invalidGrant() {
        return new OidcException(
                400, "invalid_grant", "the grant is unknown, used, expired, or made for another request");
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    JsonObject toJson() {
        return new JsonObject().put("error", code).put("error_description", getMessage());
    }
}
