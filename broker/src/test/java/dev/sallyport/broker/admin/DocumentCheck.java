package dev.sallyport.broker.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Compares answers with the published document: the status is announced, required members are there, no member is unknown or null. */
final class DocumentCheck {
    private final JsonObject document;

    DocumentCheck(JsonObject document) {
        this.document = document;
    }

    void check(String method, String url, AdminCaller.Answer answer) {
        if (answer.status() == 500) {
            throw new AssertionError("500 to " + method + " " + url + ": " + answer.body());
        }
        String path = url.split("\\?", 2)[0];
        if (!path.startsWith("/admin/v1/")) {
            return;
        }
        Optional<JsonObject> operation = operation(method, path);
        if (answer.status() >= 400) {
            problem(answer);
        }
        if (operation.isEmpty()) {
            return;
        }
        JsonObject response = operation.get().getJsonObject("responses").getJsonObject(String.valueOf(answer.status()));
        if (response == null) {
            throw new AssertionError(answer.status() + " is not announced for " + method + " " + path);
        }
        JsonObject content = resolved(response).getJsonObject("content");
        if (content == null) {
            if (!answer.body().isEmpty()) {
                throw new AssertionError("a body where none is announced: " + method + " " + path);
            }
            return;
        }
        String type = content.fieldNames().iterator().next();
        if (!type.equals(answer.headers().get("content-type"))) {
            throw new AssertionError("content type of " + method + " " + path + " is "
                    + answer.headers().get("content-type"));
        }
        List<String> faults = new ArrayList<>();
        compare(answer.json(), content.getJsonObject(type).getJsonObject("schema"), "#", faults);
        if (!faults.isEmpty()) {
            throw new AssertionError(
                    method + " " + path + " " + answer.status() + ": " + faults + " in " + answer.body());
        }
    }

    private static void problem(AdminCaller.Answer answer) {
        JsonObject problem = answer.json();
        boolean sound = "application/problem+json".equals(answer.headers().get("content-type"))
                && problem.getInteger("status") == answer.status()
                && problem.getString("type").startsWith("urn:sallyport:problem:")
                && !problem.getString("title").isEmpty();
        if (!sound) {
            throw new AssertionError("not problem details: " + answer);
        }
    }

    /** The operation that a path belongs to; a path without parameters wins. */
    Optional<JsonObject> operation(String method, String path) {
        JsonObject paths = document.getJsonObject("paths");
        return paths.fieldNames().stream()
                .sorted((a, b) -> Boolean.compare(a.contains("{"), b.contains("{")))
                .filter(template -> Pattern.matches(template.replaceAll("\\{[^}]+}", "[^/]+"), path))
                .map(template -> paths.getJsonObject(template).getJsonObject(method.toLowerCase(java.util.Locale.ROOT)))
                .filter(java.util.Objects::nonNull)
                .findFirst();
    }

    private void compare(Object value, JsonObject given, String place, List<String> faults) {
        JsonObject schema = resolved(given);
        if (!fits(value, schema.getValue("type"))) {
            faults.add(place + " is of the wrong type");
        }
        if (value != null
                && schema.getJsonArray("enum") != null
                && !schema.getJsonArray("enum").contains(value)) {
            faults.add(place + " is " + value);
        }
        if (value instanceof JsonObject object && schema.getJsonObject("properties") != null) {
            JsonObject properties = schema.getJsonObject("properties");
            object.forEach(member -> {
                if (properties.containsKey(member.getKey())) {
                    compare(
                            member.getValue(),
                            properties.getJsonObject(member.getKey()),
                            place + "/" + member.getKey(),
                            faults);
                } else {
                    faults.add(place + "/" + member.getKey() + " is not in the document");
                }
            });
            schema.getJsonArray("required", new JsonArray()).forEach(name -> {
                if (!object.containsKey((String) name)) {
                    faults.add(place + "/" + name + " is missing");
                }
            });
        }
        if (value instanceof JsonArray array && schema.getJsonObject("items") != null) {
            for (int i = 0; i < array.size(); i++) {
                compare(array.getValue(i), schema.getJsonObject("items"), place + "/" + i, faults);
            }
        }
    }

    private static boolean fits(Object value, Object type) {
        if (type instanceof JsonArray several) {
            return several.stream().anyMatch(one -> fits(value, one));
        }
        return type == null
                || switch ((String) type) {
                    case "null" -> value == null;
                    case "string" -> value instanceof String;
                    case "boolean" -> value instanceof Boolean;
                    case "integer" -> value instanceof Integer || value instanceof Long;
                    case "number" -> value instanceof Number;
                    case "array" -> value instanceof JsonArray;
                    default -> value instanceof JsonObject;
                };
    }

    private JsonObject resolved(JsonObject schema) {
        String ref = schema.getString("$ref");
        if (ref == null) {
            return schema;
        }
        JsonObject found = document;
        for (String part : ref.substring(2).split("/", -1)) {
            found = found.getJsonObject(part);
        }
        return resolved(found);
    }
}
