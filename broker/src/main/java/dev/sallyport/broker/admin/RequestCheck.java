package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Field;
import dev.sallyport.broker.admin.Problem.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.RequestValidator;
import io.vertx.openapi.validation.ValidatableRequest;
import io.vertx.openapi.validation.ValidatorException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Judges whether a request fits the document. Texts are taken as they are: the library's own reading decodes them twice and sees JSON in
 * them.
 */
final class RequestCheck {
    private static final String JSON = "application/json";

    private final RequestValidator validator;

    RequestCheck(Vertx vertx, OpenAPIContract contract) {
        this.validator = RequestValidator.create(vertx, contract);
    }

    /**
     * What came, and fits.
     *
     * @param body a JSON value, the raw {@link Buffer} of a CSV file, or null if no body came
     */
    record Sound(Map<String, String> path, Map<String, String> query, Object body) {
        public Sound {
            path = Map.copyOf(path);
            query = Map.copyOf(query);
        }
    }

    /** Fails with 400 naming every field at fault, or with 415. */
    Future<Sound> check(RoutingContext context, Operation operation) {
        Map<String, String> path = new HashMap<>();
        Map<String, String> query = new HashMap<>();
        Map<String, String> headers = new HashMap<>();
        for (Parameter parameter : operation.getParameters()) {
            String name = parameter.getName();
            String raw = raw(context, parameter);
            if (raw != null) {
                if (Texts.isUnsound(raw)) {
                    return Future.failedFuture(Problem.badParameter(name, "holds a character that is not allowed"));
                }
                Map<String, String> values = parameter.getIn() == Location.PATH
                        ? path
                        : parameter.getIn() == Location.QUERY ? query : headers;
                values.put(name, raw);
            }
        }
        Body body;
        try {
            body = body(context, operation);
        } catch (Problem problem) {
            return Future.failedFuture(problem);
        }
        ValidatableRequest request = new Extracted(
                encoded(operation, Location.HEADER, headers),
                encoded(operation, Location.PATH, path),
                encoded(operation, Location.QUERY, query),
                () -> body.forValidation());
        return validator
                .validate(request, operation.getOperationId())
                .map(valid -> new Sound(path, query, body.value()))
                .recover(failure -> Future.failedFuture(
                        failure instanceof ValidatorException invalid ? SchemaFaults.problem(invalid) : failure));
    }

    private static String raw(RoutingContext context, Parameter parameter) {
        return switch (parameter.getIn()) {
            case PATH -> context.pathParam(parameter.getName());
            case QUERY -> context.request().getParam(parameter.getName());
            case HEADER -> context.request().getHeader(parameter.getName());
            default -> null;
        };
    }

    private static Map<String, RequestParameter> encoded(Operation operation, Location in, Map<String, String> values) {
        Map<String, RequestParameter> encoded = new HashMap<>();
        for (Parameter parameter : operation.getParameters()) {
            String raw = values.get(parameter.getName());
            if (parameter.getIn() == in && raw != null) {
                String text = parameter.getSchemaType() == SchemaType.STRING ? Json.encode(raw) : raw;
                encoded.put(parameter.getName(), () -> text);
            }
        }
        return encoded;
    }

    /**
     * @param value what the endpoint gets
     * @param forValidation what the document is asked about
     */
    private record Body(Object value, Buffer forValidation) {}

    private static Body body(RoutingContext context, Operation operation) {
        Buffer raw = context.body().buffer();
        if (operation.getRequestBody() == null || raw == null || raw.length() == 0) {
            return new Body(null, null);
        }
        String header = context.request().getHeader("Content-Type");
        String type = header == null
                ? ""
                : header.toLowerCase(Locale.ROOT).split(";", 2)[0].strip();
        if (type.equals(ImportEndpoints.CSV) && operation.getOperationId().equals(ImportEndpoints.CREATE)) {
            return new Body(raw, ImportEndpoints.ANY_PEOPLE.toBuffer());
        }
        if (!type.equals(JSON)) {
            throw Problem.ofStatus(415);
        }
        try {
            Object value = Json.decodeValue(raw);
            List<Field> faults = Texts.unsound(value);
            if (value == null || !faults.isEmpty()) {
                throw new Problem(Kind.VALIDATION, "The body does not fit.", faults, 0);
            }
            return new Body(value, raw);
        } catch (DecodeException e) {
            throw new Problem(
                    Kind.VALIDATION, "The body is not JSON.", List.of(Field.body("#", "cannot be read as JSON")), 0);
        }
    }

    /** A request in the library's words. */
    private record Extracted(
            Map<String, RequestParameter> headers,
            Map<String, RequestParameter> path,
            Map<String, RequestParameter> query,
            RequestParameter body)
            implements ValidatableRequest {
        @Override
        public Map<String, RequestParameter> getCookies() {
            return Map.of();
        }

        @Override
        public Map<String, RequestParameter> getHeaders() {
            return headers;
        }

        @Override
        public Map<String, RequestParameter> getPathParameters() {
            return path;
        }

        @Override
        public Map<String, RequestParameter> getQuery() {
            return query;
        }

        @Override
        public RequestParameter getBody() {
            return body;
        }

        @Override
        public String getContentType() {
            return JSON;
        }
    }
}
