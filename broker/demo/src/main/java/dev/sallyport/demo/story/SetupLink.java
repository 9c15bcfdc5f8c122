package dev.sallyport.demo.story;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * A one-time setup link, as the operator gets it to send it on.
 *
 * @param page the address without the secret
 * @param secret what stands after the {@code #}
 */
public record SetupLink(String id, String page, String secret) {

    /** Has the operator make one for a company. */
    public static SetupLink make(Stage stage, Company company, List<String> purposes) {
        JsonObject made = Checks.status(
                        "a setup link for " + company.slug(),
                        201,
                        stage.operator()
                                .post(
                                        Stage.path(company, "/setup-links"),
                                        new JsonObject()
                                                .put("purposes", new JsonArray(purposes))
                                                .put("recipient", "it@" + company.slug() + ".example")))
                .json();
        String[] parts = made.getString("url").split("#", -1);
        Checks.equal("parts of a setup link", 2, parts.length);
        Checks.that(
                parts[0].startsWith(stage.publicUrl() + "/setup/") && parts[1].startsWith("spl_"),
                "a setup link is an address with the secret in its fragment");
        return new SetupLink(made.getString("id"), parts[0], parts[1]);
    }

    /** The whole link, to be opened once. */
    public String url() {
        return page + "#" + secret;
    }

    /** What the operator sees of its life. */
    String state(Stage stage, Company company) {
        return Checks.status("the setup link", 200, stage.operator().get(Stage.path(company, "/setup-links/" + id)))
                .json()
                .getString("state");
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "SetupLink[" + id + "]";
    }
}
