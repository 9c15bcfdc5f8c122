package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A client of the admin API. Every failure is an {@link AdminRefusal}. */
final class AdminApi {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PAGE = 200;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final String server;
    private final String token;

    AdminApi(String server, String token) {
        this.server = server.replaceAll("/+$", "");
        this.token = token;
    }

    /** One segment of a path. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonObject get(String path) {
        return json(send(request(path).GET()));
    }

    JsonObject post(String path, JsonObject body) {
        return json(send(
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.encode()))));
    }

    /** A POST that carries nothing. */
    JsonObject post(String path) {
        return json(send(request(path).POST(BodyPublishers.noBody())));
    }

    JsonObject put(String path, JsonObject body) {
        return json(send(
                request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body.encode()))));
    }

    JsonObject patch(String path, JsonObject body) {
        return json(send(request(path)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body.encode()))));
    }

    JsonObject file(String path, Path file, String type) {
        try {
            return json(send(request(path).header("Content-Type", type).POST(BodyPublishers.ofFile(file))));
        } catch (IOException e) {
            throw new AdminRefusal("the file " + file + " cannot be read");
        }
    }

    void delete(String path) {
        send(request(path).DELETE());
    }

    /** All items of a list, page by page; at most so many. */
    JsonArray all(String path, int most) {
        JsonArray items = new JsonArray();
        String cursor = null;
        do {
            int limit = Math.min(PAGE, most - items.size());
            String separator = path.contains("?") ? "&" : "?";
            JsonObject page =
                    get(path + separator + "limit=" + limit + (cursor == null ? "" : "&cursor=" + segment(cursor)));
            items.addAll(page.getJsonArray("items"));
            cursor = page.getString("next_cursor");
        } while (cursor != null && items.size() < most);
        return items;
    }

    /** The published document. */
    String document() {
        return send(HttpRequest.newBuilder(address("/openapi.json"))
                .timeout(PATIENCE)
                .GET());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address("/admin/v1" + path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token);
    }

    private URI address(String path) {
        try {
            return URI.create(server + path);
        } catch (IllegalArgumentException e) {
            throw new AdminRefusal("the server's address is not one: " + server);
        }
    }

    private String send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw AdminRefusal.of(answer.statusCode(), answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new AdminRefusal("no answer from " + server + "; is it running, and is --server right?");
        } catch (IllegalArgumentException e) {
            throw new AdminRefusal("the server's address or the token cannot be sent as they are");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AdminRefusal("interrupted");
        }
    }

    private static JsonObject json(String body) {
        return body.isEmpty() ? new JsonObject() : new JsonObject(body);
    }
}
