package dev.sallyport.scim.run;

import static dev.sallyport.scim.Waiting.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A small SCIM server that can be told to misbehave. */
final class FakeDirectory {
    /** Answers instead of the directory, if it wants to. */
    interface Mischief {
        /** The answer; page is the number of the Users page that is asked for, from 1, and 0 for anything else. */
        Optional<JsonObject> instead(HttpServerRequest request, int page);
    }

    /** From mischief that has answered by itself, or never will. */
    static final JsonObject ANSWERED = new JsonObject().put("answered", true);

    static final String TOKEN = "canary-directory-token";

    final List<JsonObject> users = new CopyOnWriteArrayList<>();
    final List<JsonObject> groups = new CopyOnWriteArrayList<>();
    final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    volatile Mischief mischief = (request, page) -> Optional.empty();
    volatile UnaryOperator<JsonObject> touch = page -> page;
    volatile boolean cursor;
    volatile boolean offersGroups = true;
    volatile String expected = "Bearer " + TOKEN;
    volatile int cap = 100;
    private final HttpServer server;

    private FakeDirectory(Vertx vertx) {
        server = await(vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1"));
    }

    static FakeDirectory start(Vertx vertx) {
        return new FakeDirectory(vertx);
    }

    void stop() {
        await(server.close());
    }

    String authority() {
        return "127.0.0.1:" + server.actualPort();
    }

    String base() {
        return "http://" + authority() + "/scim/v2";
    }

    /** People u1 to u{n}, all active. */
    FakeDirectory people(int n) {
        users.clear();
        for (int i = 1; i <= n; i++) {
            users.add(person("u" + i));
        }
        return this;
    }

    static JsonObject person(String id) {
        return new JsonObject()
                .put("id", id)
                .put("userName", id + "@example.com")
                .put("externalId", "ext-" + id)
                .put("active", true)
                .put("displayName", "Person " + id)
                .put(
                        "emails",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("value", id + "@example.com")
                                        .put("primary", true)))
                .put("meta", new JsonObject().put("lastModified", "2026-01-01T00:00:00Z"));
    }

    void group(String id, String name, String... members) {
        JsonArray list = new JsonArray();
        for (String member : members) {
            list.add(new JsonObject().put("value", member));
        }
        groups.add(new JsonObject().put("id", id).put("displayName", name).put("members", list));
    }

    void remove(String id) {
        users.removeIf(user -> user.getString("id").equals(id));
    }

    JsonObject user(String id) {
        return users.stream()
                .filter(user -> user.getString("id").equals(id))
                .findFirst()
                .orElseThrow();
    }

    static Optional<JsonObject> status(HttpServerRequest request, int status) {
        request.response().setStatusCode(status);
        return Optional.of(new JsonObject().put("detail", "as told"));
    }

    static JsonObject list(int total, List<JsonObject> resources) {
        return new JsonObject().put("totalResults", total).put("Resources", new JsonArray(new ArrayList<>(resources)));
    }

    private void serve(HttpServerRequest request) {
        String path = request.path().replace("/scim/v2", "");
        requests.computeIfAbsent(path, key -> new AtomicInteger()).incrementAndGet();
        request.response().putHeader("Content-Type", "application/scim+json");
        if (path.equals("/token")) {
            authorizations.add(String.valueOf(request.getHeader("Authorization")));
            answer(
                    request,
                    new JsonObject()
                            .put("token_type", "bearer")
                            .put("access_token", "fresh")
                            .put("expires_in", 300));
            return;
        }
        if (!expected.equals(request.getHeader("Authorization"))) {
            request.response().setStatusCode(401);
            answer(request, new JsonObject());
            return;
        }
        int start = Integer.parseInt(
                Optional.ofNullable(request.getParam("startIndex")).orElse("1"));
        int page = path.equals("/Users") ? (start - 1) / cap + 1 : 0;
        Optional<JsonObject> instead = mischief.instead(request, page);
        if (instead.filter(ANSWERED::equals).isPresent()) {
            return;
        }
        answer(request, instead.isPresent() ? instead.get() : document(request, path, start));
    }

    private JsonObject document(HttpServerRequest request, String path, int start) {
        if (path.equals("/Users")) {
            return touch.apply(cursor ? byCursor(request) : slice(users, start - 1));
        }
        if (path.equals("/Groups") && offersGroups) {
            return slice(groups, start - 1);
        }
        if (path.startsWith("/Users/")) {
            String id = URLDecoder.decode(path.substring(7), StandardCharsets.UTF_8);
            return users.stream()
                    .filter(user -> user.getString("id").equals(id))
                    .findFirst()
                    .orElseGet(() -> status(request, 404).get());
        }
        if (path.equals("/ServiceProviderConfig") && cursor) {
            return new JsonObject().put("pagination", new JsonObject().put("cursor", true));
        }
        return status(request, 404).get();
    }

    private JsonObject byCursor(HttpServerRequest request) {
        String given = Optional.ofNullable(request.getParam("cursor")).orElse("");
        int from = given.isEmpty() ? 0 : Integer.parseInt(given.substring(1));
        JsonObject page = slice(users, from);
        int next = from + cap;
        return next < users.size() ? page.put("nextCursor", "c" + next) : page;
    }

    private JsonObject slice(List<JsonObject> all, int from) {
        List<JsonObject> now = List.copyOf(all);
        int begin = Math.min(from, now.size());
        return list(now.size(), now.subList(begin, Math.min(begin + cap, now.size())));
    }

    private static void answer(HttpServerRequest request, JsonObject body) {
        request.response().end(body.toBuffer());
    }
}
