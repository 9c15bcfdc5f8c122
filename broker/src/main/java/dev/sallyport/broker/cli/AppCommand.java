package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport app}. */
@Command(
        name = "app",
        mixinStandardHelpOptions = true,
        subcommands = AppSecretCommand.class,
        description = "Registers applications and enables them in tenants.",
        footer = {
            "",
            "Examples:",
            "  sallyport app create --name Ledger --type web --resource https://ledger.example \\",
            "      --redirect-uri https://ledger.example/callback",
            "  sallyport app enable acme app_1234",
            "  sallyport app secret add app_1234"
        })
final class AppCommand extends AdminCommand {
    private static final int MANY = 100_000;

    @Command(
            mixinStandardHelpOptions = true,
            description = "Registers an application. Its secret is shown this once.",
            footer = {
                "",
                "Example: sallyport app create --name Ledger --type web --resource https://ledger.example"
                        + " --redirect-uri https://ledger.example/callback"
            })
    int create(
            @Option(names = "--name", required = true, paramLabel = "NAME", description = "Its name for people.")
                    String name,
            @Option(
                            names = "--type",
                            required = true,
                            paramLabel = "TYPE",
                            description = "web, spa, native or service.")
                    String type,
            @Option(
                            names = "--resource",
                            required = true,
                            paramLabel = "URI",
                            description = "The API that its access tokens are for.")
                    String resource,
            @Option(
                            names = "--redirect-uri",
                            paramLabel = "URI",
                            description = "Where sign-ins return to; may be repeated.")
                    List<String> redirectUris,
            @Option(
                            names = "--post-logout-redirect-uri",
                            paramLabel = "URI",
                            description = "Where sign-outs return to; may be repeated.")
                    List<String> postLogoutRedirectUris,
            @Option(
                            names = "--backchannel-logout-uri",
                            paramLabel = "URI",
                            description = "Where it hears that a session ended.")
                    Optional<String> backchannelLogoutUri,
            @Option(names = "--third-party", description = "It is not the vendor's own; people are asked for consent.")
                    boolean thirdParty,
            @Option(
                            names = "--auth-method",
                            paramLabel = "METHOD",
                            description = "client_secret_basic, client_secret_post, private_key_jwt or none.")
                    Optional<String> authMethod,
            @Option(
                            names = "--jwks-uri",
                            paramLabel = "URL",
                            description = "Where it publishes its keys, for private_key_jwt.")
                    Optional<String> jwksUri,
            @Option(names = "--require-par", description = "It must push its authorization requests (RFC 9126).")
                    boolean requirePar) {
        JsonObject body = new JsonObject()
                .put("name", name)
                .put("type", type)
                .put("resource", resource)
                .put("redirect_uris", list(redirectUris))
                .put("post_logout_redirect_uris", list(postLogoutRedirectUris))
                .put("third_party", thirdParty)
                .put("require_pushed_authorization_requests", requirePar);
        authMethod.ifPresent(method -> body.put("token_endpoint_auth_method", method));
        jwksUri.ifPresent(uri -> body.put("jwks_uri", uri));
        backchannelLogoutUri.ifPresent(uri -> body.put("backchannel_logout_uri", uri));
        return admin().run(api -> admin().show(api.post("/applications", body)));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists all applications.",
            footer = {"", "Example: sallyport app list"})
    int list() {
        return admin().run(api ->
                admin().show(api.all("/applications", MANY), "client_id", "name", "type", "resource", "secret_set"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Shows one application.",
            footer = {"", "Example: sallyport app show app_1234"})
    int show(@Parameters(paramLabel = "CLIENT_ID") String clientId) {
        return admin().run(api -> admin().show(api.get("/applications/" + AdminApi.segment(clientId))));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Deletes an application; its tokens die in every tenant.",
            footer = {"", "Example: sallyport app delete app_1234 --yes"})
    int delete(
            @Parameters(paramLabel = "CLIENT_ID") String clientId,
            @Option(names = "--yes", required = true, description = "Really.") boolean really) {
        return admin().run(api -> {
            api.delete("/applications/" + AdminApi.segment(clientId));
            admin().say(really ? "Application " + clientId + " is gone." : "");
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Lets an application be used in a tenant.",
            footer = {"", "Example: sallyport app enable acme app_1234"})
    int enable(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Parameters(paramLabel = "CLIENT_ID") String clientId,
            @Option(
                            names = "--audience",
                            paramLabel = "URI",
                            description = "Audience of its tokens there. Default: {resource}/t/{tenant}.")
                    Optional<String> audience) {
        JsonObject body = new JsonObject();
        audience.ifPresent(uri -> body.put("audience", uri));
        return admin().run(api -> admin().show(api.put(enabled(tenant, clientId), body)));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Ends the use of an application in a tenant; its tokens there die at once.",
            footer = {"", "Example: sallyport app disable acme app_1234"})
    int disable(
            @Parameters(paramLabel = "TENANT") String tenant, @Parameters(paramLabel = "CLIENT_ID") String clientId) {
        return admin().run(api -> {
            api.delete(enabled(tenant, clientId));
            admin().say("Application " + clientId + " is disabled in " + tenant + ".");
        });
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Says what an application may do beyond signing people in; what is left out is taken away.",
            footer = {"", "Example: sallyport app entrust app_1234 --exchanges-api-keys --on-behalf-of app_5678"})
    int entrust(
            @Parameters(paramLabel = "CLIENT_ID") String clientId,
            @Option(names = "--manages-api-keys", description = "Its people make API keys without a recent sign-in.")
                    boolean managesApiKeys,
            @Option(names = "--exchanges-api-keys", description = "It exchanges API keys for access tokens.")
                    boolean exchangesApiKeys,
            @Option(
                            names = "--on-behalf-of",
                            split = ",",
                            paramLabel = "CLIENT_ID",
                            description = "It gets access tokens for this application; may be repeated.")
                    List<String> onBehalfOf) {
        JsonObject body = new JsonObject()
                .put("manages_api_keys", managesApiKeys)
                .put(
                        "token_exchange",
                        new JsonObject().put("api_keys", exchangesApiKeys).put("on_behalf_of", list(onBehalfOf)));
        return admin().run(api -> admin().show(api.patch("/applications/" + AdminApi.segment(clientId), body)));
    }

    private static String enabled(String tenant, String clientId) {
        return "/tenants/" + AdminApi.segment(tenant) + "/applications/" + AdminApi.segment(clientId);
    }

    private static JsonArray list(List<String> values) {
        return values == null ? new JsonArray() : new JsonArray(values);
    }
}
