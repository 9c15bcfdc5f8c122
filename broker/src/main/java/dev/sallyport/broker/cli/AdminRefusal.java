package dev.sallyport.broker.cli;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The server's no, or no server; as a text for the person at the terminal. */
final class AdminRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AdminRefusal(String message) {
        super(message, null, false, false);
    }

    /** From problem details (RFC 9457): the detail, and a line for each field at fault. */
    static AdminRefusal of(int status, String body) {
        JsonObject problem;
        try {
            problem = new JsonObject(body);
        } catch (DecodeException e) {
            return new AdminRefusal("the server answered " + status + " and nothing that this command understands");
        }
        StringBuilder text = new StringBuilder()
                .append(problem.getString("detail", problem.getString("title", "the server refused this")))
                .append(" (")
                .append(status)
                .append(")");
        for (Object item : problem.getJsonArray("errors", new JsonArray())) {
            JsonObject field = (JsonObject) item;
            String place = field.getString("pointer", field.getString("parameter", ""));
            text.append(System.lineSeparator())
                    .append("  ")
                    .append(place)
                    .append(place.isEmpty() ? "" : ": ")
                    .append(field.getString("detail", ""));
        }
        return new AdminRefusal(text.toString());
    }
}
