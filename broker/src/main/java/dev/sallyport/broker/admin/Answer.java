package dev.sallyport.broker.admin;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an endpoint answers.
 *
 * @param body without members that have no value; null for 204
 * @param secrets names of members that are shown this once and not kept for a repetition
 */
record Answer(int status, JsonObject body, Map<String, String> headers, Set<String> secrets) {
    private static final Set<String> NULLABLE = Set.of("next_cursor", "tenant");

    static Answer ok(JsonObject body) {
        return of(200, body);
    }

    static Answer created(JsonObject body, String location) {
        return of(201, body).with("Location", location);
    }

    static Answer accepted(JsonObject body) {
        return of(202, body);
    }

    static Answer gone() {
        return new Answer(204, null, Map.of(), Set.of());
    }

    static Answer of(int status, JsonObject body) {
        return new Answer(status, lean(body), Map.of(), Set.of());
    }

    /** The same with a header. */
    Answer with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Answer(status, body, more, secrets);
    }

    /** The same with the version as its entity tag. */
    Answer version(long version) {
        return with("ETag", "\"" + version + "\"");
    }

    /** The same, showing a secret this once. */
    Answer showing(String member, String secret) {
        Set<String> all = new HashSet<>(secrets);
        all.add(member);
        return new Answer(status, body.copy().put(member, secret), headers, Set.copyOf(all));
    }

    /** The same as it may be kept. */
    Answer withoutSecrets() {
        if (secrets.isEmpty()) {
            return this;
        }
        JsonObject kept = body.copy();
        secrets.forEach(kept::remove);
        return new Answer(status, kept, headers, Set.of());
    }

    void send(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
        if (body == null) {
            response.end();
        } else {
            response.putHeader("Content-Type", "application/json").end(buffer());
        }
    }

    Buffer buffer() {
        return body == null ? Buffer.buffer() : body.toBuffer();
    }

    // A member without a value is left out. Two say null, because it is a value there: the end of a list, and the
    // platform.
    private static JsonObject lean(JsonObject object) {
        JsonObject lean = new JsonObject();
        object.forEach(member -> {
            if (member.getValue() != null || NULLABLE.contains(member.getKey())) {
                lean.put(member.getKey(), leanValue(member.getValue()));
            }
        });
        return lean;
    }

    private static Object leanValue(Object value) {
        if (value instanceof JsonObject object) {
            return lean(object);
        }
        if (value instanceof JsonArray array) {
            return new JsonArray(array.stream().map(Answer::leanValue).toList());
        }
        if (value instanceof List<?> list) {
            return new JsonArray(list.stream().map(Answer::leanValue).toList());
        }
        return value;
    }
}
