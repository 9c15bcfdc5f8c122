package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A request the directory refuses, as RFC 7644 §3.12 puts it. */
public final class ScimException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String scimType;

    ScimException(int status, String scimType, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.scimType = scimType;
    }

    static ScimException invalidFilter(String detail) {
        return new ScimException(400, "invalidFilter", detail);
    }

    static ScimException invalidPath(String detail) {
        return new ScimException(400, "invalidPath", detail);
    }

    static ScimException invalidValue(String detail) {
        return new ScimException(400, "invalidValue", detail);
    }

    static ScimException invalidSyntax(String detail) {
        return new ScimException(400, "invalidSyntax", detail);
    }

    static ScimException notFound() {
        return new ScimException(404, "", "No such resource.");
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The detail keyword of RFC 7644 table 9, or an empty string. */
    public String scimType() {
        return scimType;
    }

    JsonObject body() {
        return errorBody(status, scimType, getMessage());
    }

    static JsonObject errorBody(int status, String scimType, String detail) {
        JsonObject body = new JsonObject()
                .put("schemas", new JsonArray().add("urn:ietf:params:scim:api:messages:2.0:Error"))
                .put("status", Integer.toString(status))
                .put("detail", detail);
        return scimType.isEmpty() ? body : body.put("scimType", scimType);
    }
}
