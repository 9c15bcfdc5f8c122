package dev.sallyport.demo.story;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** What a program was answered: the status, the value of {@code Location} or an empty text, and the body. */
public record Answer(int status, String location, String body) {

    /** The body as a JSON object; fails with {@link Broken} when it is none. */
    public JsonObject json() {
        try {
            return new JsonObject(body);
        } catch (DecodeException | ClassCastException e) {
            throw new Broken("the answer with status " + status + " is no JSON object", e);
        }
    }

    /** The objects of an array in the body; an absent one is empty. */
    public List<JsonObject> objects(String name) {
        return objects(json(), name);
    }

    /** The objects of an array in an object; an absent one is empty. */
    public static List<JsonObject> objects(JsonObject json, String name) {
        return json.getJsonArray(name, new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    /** The texts of an array in an object, in their order; an absent one is empty. */
    public static List<String> texts(JsonObject json, String name) {
        return json.getJsonArray(name, new JsonArray()).stream()
                .map(String::valueOf)
                .toList();
    }

    /** The status and the words of an error; never the whole body, which may hold a secret. */
    String described() {
        if (!body.startsWith("{")) {
            return String.valueOf(status);
        }
        JsonObject json = json();
        StringBuilder words = new StringBuilder().append(status);
        for (String name : List.of("error", "error_description", "type", "title", "detail", "errors")) {
            Optional.ofNullable(json.getValue(name))
                    .ifPresent(value -> words.append(", ").append(value));
        }
        return words.toString();
    }
}
