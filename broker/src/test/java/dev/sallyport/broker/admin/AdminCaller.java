package dev.sallyport.broker.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.TreeMap;

/** Somebody at the admin API. Every answer must fit the published document, whatever the test is about. */
public final class AdminCaller {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private final String server;
    private final String token;
    private final DocumentCheck document;

    private AdminCaller(String server, String token, DocumentCheck document) {
        this.server = server;
        this.token = token;
        this.document = document;
    }

    /**
     * Somebody who calls.
     *
     * @param token null for nobody
     */
    public static AdminCaller at(String server, String token) {
        AdminCaller first = new AdminCaller(server, null, null);
        return new AdminCaller(
                server,
                token,
                new DocumentCheck(first.send("GET", "/openapi.json", null, null).json()));
    }

    /** Somebody else at the same place. */
    public AdminCaller as(String otherToken) {
        return new AdminCaller(server, otherToken, document);
    }

    /** An answer; headers without those that change from call to call. */
    public record Answer(int status, TreeMap<String, String> headers, String body) {
        public JsonObject json() {
            return new JsonObject(body);
        }

        public String text(String member) {
            return json().getString(member);
        }

        /** The items of a list. */
        public JsonArray items() {
            return json().getJsonArray("items");
        }

        public String etag() {
            return headers.get("etag");
        }

        /** The answer if its status is the expected one. */
        public Answer expect(int expected) {
            if (status != expected) {
                throw new AssertionError("expected " + expected + " and got " + status + ": " + body);
            }
            return this;
        }
    }

    public Answer get(String path) {
        return send("GET", "/admin/v1" + path, null, null);
    }

    public Answer post(String path, JsonObject body, String... headers) {
        return send("POST", "/admin/v1" + path, "application/json", body == null ? null : body.encode(), headers);
    }

    public Answer put(String path, Object body, String... headers) {
        String text = body instanceof JsonArray array ? array.encode() : ((JsonObject) body).encode();
        return send("PUT", "/admin/v1" + path, "application/json", text, headers);
    }

    public Answer patch(String path, JsonObject body, String... headers) {
        return send("PATCH", "/admin/v1" + path, "application/json", body.encode(), headers);
    }

    public Answer delete(String path, String... headers) {
        return send("DELETE", "/admin/v1" + path, null, null, headers);
    }

    public Answer csv(String path, String csv, String... headers) {
        return send("POST", "/admin/v1" + path, "text/csv", csv, headers);
    }

    /** Anything. */
    public Answer send(String method, String path, String type, String body, String... headers) {
        return raw(
                method,
                path,
                type,
                body == null ? null : body.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                headers);
    }

    /** Anything, byte for byte. */
    public Answer raw(String method, String path, String type, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (type != null) {
            request.header("Content-Type", type);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
            TreeMap<String, String> kept = new TreeMap<>();
            response.headers().map().forEach((name, values) -> {
                if (!name.equals("date")) {
                    kept.put(name, String.join(", ", values));
                }
            });
            Answer answer = new Answer(response.statusCode(), kept, response.body());
            if (document != null) {
                document.check(method, path, answer);
            }
            return answer;
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + ": no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
