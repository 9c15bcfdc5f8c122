package dev.sallyport.demo.story;

import io.vertx.core.json.JsonObject;

/** A company's directory becomes known to Sallyport. */
public final class DirectoryAttached {

    private DirectoryAttached() {}

    /**
     * Tells Sallyport where it is.
     *
     * @param intervalSeconds between two reads, 60 to 604800
     */
    public static void play(Stage stage, Tenancy tenancy, int intervalSeconds) {
        JsonObject directory = tenancy.company()
                .directory()
                .settings()
                .put("kind", "scim")
                .put("interval", intervalSeconds)
                .put("connection", tenancy.connection());
        JsonObject attached = Checks.status(
                        "attaching the directory",
                        201,
                        stage.operator().put(Stage.path(tenancy.company(), "/directory"), directory))
                .json();
        JsonObject auth = attached.getJsonObject("auth");
        Checks.equal("whether the directory's secret is stored", true, auth.getBoolean("secret_set"));
        Checks.that(
                !auth.containsKey("token") && !auth.containsKey("client_secret"),
                "the directory's secret is not shown again");
    }
}
