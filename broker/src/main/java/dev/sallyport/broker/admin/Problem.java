package dev.sallyport.broker.admin;

import dev.sallyport.roles.Violation;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** A refusal as the caller hears it: problem details (RFC 9457). The detail and the fields never hold a secret. */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The kinds of problem, each with its status and the same title every time. */
    enum Kind {
        VALIDATION(400, "The request does not fit the API"),
        UNAUTHORIZED(401, "Authentication is needed"),
        FORBIDDEN(403, "You may not do this"),
        TENANT_SUSPENDED(403, "The tenant is suspended"),
        NOT_FOUND(404, "There is no such object"),
        CONFLICT(409, "This contradicts what is there"),
        PRECONDITION_FAILED(412, "The resource has changed"),
        TOO_LARGE(413, "The body is too large"),
        UNSUPPORTED_MEDIA_TYPE(415, "The body is of a type that is not taken here"),
        UNPROCESSABLE(422, "This cannot be done"),
        BLOCKED_ADDRESS(422, "This address may not be called"),
        RATE_LIMITED(429, "Too many requests"),
        INTERNAL(500, "Something broke here"),
        UNAVAILABLE(503, "The server cannot reach what it depends on");

        private final int status;
        private final String title;

        Kind(int status, String title) {
            this.status = status;
            this.title = title;
        }

        int status() {
            return status;
        }
    }

    /**
     * A field at fault.
     *
     * @param pointer JSON Pointer into the body as a fragment, or empty
     * @param parameter name of a path, query or header parameter, or empty
     */
    record Field(String pointer, String parameter, String detail) {
        static Field body(String pointer, String detail) {
            return new Field(pointer, "", detail);
        }

        static Field parameter(String name, String detail) {
            return new Field("", name, detail);
        }

        JsonObject json() {
            JsonObject json = new JsonObject();
            if (!pointer.isEmpty()) {
                json.put("pointer", pointer);
            }
            if (!parameter.isEmpty()) {
                json.put("parameter", parameter);
            }
            return json.put("detail", detail);
        }
    }

    private final Kind kind;
    private final transient List<Field> fields;
    private final int retryAfter;

    Problem(Kind kind, String detail, List<Field> fields, int retryAfter) {
        super(detail, null, false, false);
        this.kind = kind;
        this.fields = List.copyOf(fields);
        this.retryAfter = retryAfter;
    }

    Problem(Kind kind, String detail) {
        this(kind, detail, List.of(), 0);
    }

    static Problem notFound() {
        return new Problem(Kind.NOT_FOUND, "There is no such object, or it is not yours to see.");
    }

    static Problem forbidden(String detail) {
        return new Problem(Kind.FORBIDDEN, detail);
    }

    static Problem conflict(String detail) {
        return new Problem(Kind.CONFLICT, detail);
    }

    /** 429 with the seconds to wait. */
    static Problem rateLimited(int seconds) {
        return new Problem(Kind.RATE_LIMITED, "Too many of these in one minute.", List.of(), seconds);
    }

    /** 400 on a path, query or header parameter. */
    static Problem badParameter(String name, String detail) {
        return new Problem(
                Kind.VALIDATION, "The parameter " + name + " does not fit.", List.of(Field.parameter(name, detail)), 0);
    }

    /** 422 on one field of the body. */
    static Problem unprocessable(String pointer, String detail) {
        return new Problem(Kind.UNPROCESSABLE, detail, List.of(Field.body(pointer, detail)), 0);
    }

    /** A refusal by rules, field by field. */
    static Problem of(Kind kind, String detail, List<Violation> violations) {
        return new Problem(
                kind,
                detail,
                violations.stream()
                        .map(v -> Field.body(Pointers.of(v.field()), v.message()))
                        .toList(),
                0);
    }

    /** What the framework refused with nothing but a status. */
    static Problem ofStatus(int status) {
        return switch (status) {
            case 400 -> new Problem(Kind.VALIDATION, "The request cannot be understood.");
            case 404, 405 -> notFound();
            case 413 -> new Problem(Kind.TOO_LARGE, "The body is larger than the server takes.");
            case 415 -> new Problem(Kind.UNSUPPORTED_MEDIA_TYPE, "The body is of a type that is not taken here.");
            default -> new Problem(Kind.INTERNAL, "The request failed.");
        };
    }

    Kind kind() {
        return kind;
    }

    List<Field> fields() {
        return fields;
    }

    /** Seconds to wait; 0 if there is nothing to wait for. */
    Optional<Integer> retryAfter() {
        return retryAfter == 0 ? Optional.empty() : Optional.of(retryAfter);
    }

    JsonObject json() {
        JsonObject json = new JsonObject()
                .put("type", "urn:sallyport:problem:" + kind.name().toLowerCase(java.util.Locale.ROOT))
                .put("title", kind.title)
                .put("status", kind.status)
                .put("detail", getMessage());
        if (!fields.isEmpty()) {
            json.put("errors", new JsonArray(fields.stream().map(Field::json).toList()));
        }
        return json;
    }
}
