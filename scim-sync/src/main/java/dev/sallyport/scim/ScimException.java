package dev.sallyport.scim;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A request that is refused, in the words of RFC 7644 §3.12. The detail is written for the person who reads the client's log. */
public final class ScimException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

    private final int status;
    private final String scimType;

    /**
     * A refusal.
     *
     * @param status HTTP status
     * @param scimType the keyword of RFC 7644 table 9, or empty
     */
    public ScimException(int status, String scimType, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.scimType = scimType;
    }

    /** 400: the filter is malformed, too long, too deep, or names an attribute that cannot be searched. */
    public static ScimException invalidFilter(String detail) {
        return new ScimException(400, "invalidFilter", detail);
    }

    /** 400: the body is no such message. */
    public static ScimException invalidSyntax(String detail) {
        return new ScimException(400, "invalidSyntax", detail);
    }

    /** 400: the path names nothing that this schema has. */
    public static ScimException invalidPath(String detail) {
        return new ScimException(400, "invalidPath", detail);
    }

    /** 400: a value is missing or of the wrong type. */
    public static ScimException invalidValue(String detail) {
        return new ScimException(400, "invalidValue", detail);
    }

    /** 400: the path is right but selects nothing here. */
    public static ScimException noTarget(String detail) {
        return new ScimException(400, "noTarget", detail);
    }

    /** 400: the attribute cannot be changed this way, or not in its current state. */
    public static ScimException mutability(String detail) {
        return new ScimException(400, "mutability", detail);
    }

    /** 409: somebody else has this value. */
    public static ScimException uniqueness(String detail) {
        return new ScimException(409, "uniqueness", detail);
    }

    /** 404: nothing here has this id, or it belongs to somebody else; the two are not told apart. */
    public static ScimException notFound() {
        return new ScimException(404, "", "no such resource");
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** The keyword, or empty. */
    public String scimType() {
        return scimType;
    }

    /** The error body; its status is a string (RFC 7644 §3.12). */
    public JsonObject body() {
        JsonObject body = new JsonObject().put("schemas", new JsonArray().add(ERROR));
        if (!scimType.isEmpty()) {
            body.put("scimType", scimType);
        }
        return body.put("detail", getMessage()).put("status", Integer.toString(status));
    }
}
