package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A plain SCIM caller over the JDK's HTTP client, with a bound on every request. */
final class ScimCaller {
    private static final String PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String base;
    private final String token;

    ScimCaller(String base, String token) {
        this.base = base;
        this.token = token;
    }

    HttpResponse<String> send(String method, String path, String body, String... headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(2))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    HttpResponse<String> get(String path) {
        try {
            return send("GET", path, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HttpResponse<String> write(String method, String path, JsonObject body, String... headers) throws IOException {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/scim+json"));
        all.addAll(List.of(headers));
        return send(method, path, body.encode(), all.toArray(String[]::new));
    }

    HttpResponse<String> patch(String path, JsonObject... operations) throws IOException {
        JsonArray all = new JsonArray();
        for (JsonObject operation : operations) {
            all.add(operation);
        }
        return write(
                "PATCH",
                path,
                new JsonObject().put("schemas", new JsonArray().add(PATCH_OP)).put("Operations", all));
    }

    JsonObject json(String path) {
        return new JsonObject(get(path).body());
    }

    HttpResponse<String> filter(String filter) {
        return get("/Users?filter=" + encode(filter));
    }

    /** The external ids that a filter finds, in the order they came. */
    List<String> found(String filter) {
        return externalIds(new JsonObject(filter(filter).body()));
    }

    /** Reads as a trusting client does: on by the number of rows it got, until it has totalResults or a page is empty. */
    List<String> readByIndex(int count) {
        List<String> seen = new ArrayList<>();
        while (true) {
            JsonObject page = json("/Users?count=" + count + "&startIndex=" + (seen.size() + 1));
            List<String> ids = externalIds(page);
            seen.addAll(ids);
            if (ids.isEmpty() || seen.size() >= page.getInteger("totalResults") || seen.size() > 10_000) {
                return seen;
            }
        }
    }

    static List<String> externalIds(JsonObject list) {
        return list.getJsonArray("Resources").stream()
                .map(r -> ((JsonObject) r).getString("externalId"))
                .toList();
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
