package dev.sallyport.demo.story;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A program that calls an API, always with the same base address and the same credential. */
public final class Caller {
    private final String base;
    private final String authorization;

    private Caller(String base, String authorization) {
        this.base = base;
        this.authorization = authorization;
    }

    /** With a bearer token (RFC 6750). */
    public static Caller bearer(String base, String token) {
        return new Caller(base, "Bearer " + token);
    }

    /** As a client with a secret (RFC 6749 §2.3.1). */
    public static Caller client(String base, Client client) {
        String pair = Wire.encoded(client.id()) + ":" + Wire.encoded(client.secret());
        return new Caller(base, "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    /** Without any credential. */
    public static Caller anybody(String base) {
        return new Caller(base, "");
    }

    /** The same base, with this bearer token instead. */
    public Caller as(String token) {
        return bearer(base, token);
    }

    /** GET. */
    public Answer get(String path) {
        return send(request(path).GET());
    }

    /** POST of JSON. */
    public Answer post(String path, JsonObject body) {
        return write("POST", path, Wire.JSON, body.encode());
    }

    /** POST without a body. */
    public Answer post(String path) {
        return send(request(path).POST(BodyPublishers.noBody()));
    }

    /** POST of a form. */
    public Answer post(String path, Map<String, String> form) {
        return write("POST", path, Wire.FORM, Wire.form(form));
    }

    /** POST of anything. */
    public Answer post(String path, String type, String body) {
        return write("POST", path, type, body);
    }

    /** PUT of JSON. */
    public Answer put(String path, JsonObject body) {
        return write("PUT", path, Wire.JSON, body.encode());
    }

    /** PUT of a JSON array. */
    public Answer put(String path, JsonArray body) {
        return write("PUT", path, Wire.JSON, body.encode());
    }

    /** PATCH with JSON. */
    public Answer patch(String path, JsonObject body) {
        return write("PATCH", path, Wire.JSON, body.encode());
    }

    /** DELETE. */
    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    /** All items of a list, page after page. */
    public List<JsonObject> all(String path) {
        List<JsonObject> items = new ArrayList<>();
        String separator = path.contains("?") ? "&" : "?";
        String cursor = "";
        do {
            String page = cursor.isEmpty() ? path : path + separator + "cursor=" + Wire.encoded(cursor);
            Answer answer = Checks.status("GET " + path, 200, get(page));
            items.addAll(answer.objects("items"));
            cursor = Objects.requireNonNullElse(answer.json().getString("next_cursor"), "");
        } while (!cursor.isEmpty());
        return items;
    }

    private Answer write(String method, String path, String type, String body) {
        return send(request(path).header("Content-Type", type).method(method, BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = Wire.to(URI.create(base + path)).header("Accept", "application/json");
        return authorization.isEmpty() ? request : request.header("Authorization", authorization);
    }

    private static Answer send(HttpRequest.Builder request) {
        HttpResponse<String> response = Wire.send(request.build());
        return new Answer(
                response.statusCode(), response.headers().firstValue("Location").orElse(""), response.body());
    }
}
