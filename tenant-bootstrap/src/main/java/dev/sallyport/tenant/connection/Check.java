package dev.sallyport.tenant.connection;

import io.vertx.core.json.JsonObject;

/**
 * One thing that was looked at.
 *
 * @param name what
 * @param ok whether it holds
 * @param detail one of a few fixed words; tells nothing that the provider or our network said
 */
public record Check(String name, boolean ok, String detail) {
    /** As in the admin API. */
    public JsonObject json() {
        return new JsonObject().put("name", name).put("ok", ok).put("detail", detail);
    }

    /** Reads {@link #json()}. */
    public static Check of(JsonObject json) {
        return new Check(json.getString("name"), json.getBoolean("ok"), json.getString("detail"));
    }
}
