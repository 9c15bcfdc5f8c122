package dev.sallyport.bench.provider;

import dev.sallyport.database.DatabaseUrl;
import dev.sallyport.demo.page.Secrets;
import dev.sallyport.demo.story.Caller;
import dev.sallyport.demo.story.Checks;
import dev.sallyport.demo.story.Client;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Keycloak, one realm for each tenant, furnished to do the same. */
public final class Keycloak implements Server {
    private final KeycloakProcess process;
    private final String described;
    private final Duration firstReadyAfter;
    private final Duration readyAfter;
    private final List<Provider> providers;

    private Keycloak(
            KeycloakProcess process,
            String described,
            Duration firstReadyAfter,
            Duration readyAfter,
            List<Provider> providers) {
        this.process = process;
        this.described = described;
        this.firstReadyAfter = firstReadyAfter;
        this.readyAfter = readyAfter;
        this.providers = providers;
    }

    /**
     * Builds it, starts it twice, and makes so many realms.
     *
     * @param closing stops it at the end
     * @param home the unpacked distribution
     * @param database an empty one of its own
     * @param heap options for its Java machine
     */
    public static Keycloak start(
            Closing closing, Path home, Path folder, DatabaseUrl database, String heap, InstantIdp idp, int realms) {
        KeycloakProcess process = new KeycloakProcess(closing, home, folder, database, heap);
        process.build();
        Duration first = process.start();
        process.stop();
        Duration again = process.start();
        List<Provider> providers = IntStream.range(0, realms)
                .mapToObj(number -> new Realm(process.base(), "bench-" + number, idp).make(process.admin()))
                .toList();
        String described = home.getFileName() + ", start --optimized, cache local, java " + heap;
        return new Keycloak(process, described, first, again, providers);
    }

    /** A realm with the clients, and with the identity provider, of which it takes people without asking them anything. */
    private record Realm(String base, String name, InstantIdp idp) {
        private static final String ALIAS = "instant";
        private static final String FLOW = "first%20broker%20login";

        Provider make(Caller admin) {
            Client service = new Client("service", Secrets.random());
            Client serviceRsa = new Client("service-rsa", Secrets.random());
            Client web = new Client("web", Secrets.random());
            JsonArray clients = new JsonArray()
                    .add(client(service, "ES256").put("serviceAccountsEnabled", true))
                    .add(client(serviceRsa, "RS256").put("serviceAccountsEnabled", true))
                    .add(client(web, "ES256")
                            .put("standardFlowEnabled", true)
                            .put("redirectUris", new JsonArray().add(Provider.REDIRECT_URI))
                            .put("protocolMappers", new JsonArray().add(audience(web))));
            Checks.status(
                    "the realm",
                    201,
                    admin.post(
                            "",
                            new JsonObject()
                                    .put("realm", name)
                                    .put("enabled", true)
                                    .put("sslRequired", "none")
                                    .put("accessTokenLifespan", 300)
                                    .put("revokeRefreshToken", true)
                                    .put("refreshTokenMaxReuse", 0)
                                    .put("roles", new JsonObject().put("realm", new JsonArray().add(role())))
                                    .put("clients", clients)
                                    .put("identityProviders", new JsonArray().add(provider()))
                                    .put("identityProviderMappers", new JsonArray().add(mapper()))));
            skipReview(admin);
            String issuer = "/realms/" + name;
            String protocol = issuer + "/protocol/openid-connect";
            return new Provider(
                    base.substring("http://".length()),
                    new Provider.Paths(
                            protocol + "/auth",
                            protocol + "/token",
                            protocol + "/token/introspect",
                            protocol + "/userinfo",
                            protocol + "/revoke",
                            protocol + "/certs",
                            issuer + "/.well-known/openid-configuration"),
                    service,
                    serviceRsa,
                    web,
                    "&kc_idp_hint=" + ALIAS,
                    Optional.empty(),
                    Optional.empty());
        }

        private static JsonObject client(Client client, String algorithm) {
            return new JsonObject()
                    .put("clientId", client.id())
                    .put("secret", client.secret())
                    .put("publicClient", false)
                    .put("clientAuthenticatorType", "client-secret")
                    .put("standardFlowEnabled", false)
                    .put(
                            "attributes",
                            new JsonObject()
                                    .put("access.token.signed.response.alg", algorithm)
                                    .put("id.token.signed.response.alg", algorithm));
        }

        /** Its tokens are for itself; otherwise it may not introspect them. */
        private static JsonObject audience(Client client) {
            return new JsonObject()
                    .put("name", "audience")
                    .put("protocol", "openid-connect")
                    .put("protocolMapper", "oidc-audience-mapper")
                    .put(
                            "config",
                            new JsonObject()
                                    .put("included.client.audience", client.id())
                                    .put("access.token.claim", "true")
                                    .put("id.token.claim", "false"));
        }

        private static JsonObject role() {
            return new JsonObject().put("name", "reader");
        }

        private JsonObject provider() {
            return new JsonObject()
                    .put("alias", ALIAS)
                    .put("providerId", "oidc")
                    .put("enabled", true)
                    .put("trustEmail", true)
                    .put("storeToken", false)
                    .put(
                            "config",
                            new JsonObject()
                                    .put("issuer", idp.issuer())
                                    .put("authorizationUrl", idp.issuer() + "/authorize")
                                    .put("tokenUrl", idp.issuer() + "/token")
                                    .put("jwksUrl", idp.issuer() + "/jwks")
                                    .put("useJwksUrl", "true")
                                    .put("validateSignature", "true")
                                    .put("disableUserInfo", "true")
                                    .put("clientId", InstantIdp.CLIENT.id())
                                    .put("clientSecret", InstantIdp.CLIENT.secret())
                                    .put("clientAuthMethod", "client_secret_basic")
                                    .put("defaultScope", "openid profile email")
                                    .put("pkceEnabled", "true")
                                    .put("pkceMethod", "S256")
                                    .put("loginHint", "true")
                                    .put("syncMode", "FORCE"));
        }

        /** The group gives a role, as it does at the broker, and is looked at on each sign-in. */
        private static JsonObject mapper() {
            return new JsonObject()
                    .put("name", "staff")
                    .put("identityProviderAlias", ALIAS)
                    .put("identityProviderMapper", "oidc-role-idp-mapper")
                    .put(
                            "config",
                            new JsonObject()
                                    .put("syncMode", "FORCE")
                                    .put("claim", "groups")
                                    .put("claim.value", InstantIdp.GROUP)
                                    .put("role", "reader"));
        }

        /** Nobody new is asked to look over what the identity provider says of them. */
        private void skipReview(Caller admin) {
            String path = "/" + name + "/authentication/flows/" + FLOW + "/executions";
            JsonArray executions = new JsonArray(
                    Checks.status("the flow", 200, admin.get(path)).body());
            JsonObject review = executions.stream()
                    .map(JsonObject.class::cast)
                    .filter(step -> "idp-review-profile".equals(step.getString("providerId")))
                    .findFirst()
                    .orElseThrow();
            Checks.status("no review", 204, admin.put(path, review.put("requirement", "DISABLED")));
        }
    }

    @Override
    public String name() {
        return "keycloak";
    }

    @Override
    public String described() {
        return described;
    }

    @Override
    public List<Provider> providers() {
        return providers;
    }

    @Override
    public Duration firstReadyAfter() {
        return firstReadyAfter;
    }

    @Override
    public Duration readyAfter() {
        return readyAfter;
    }

    @Override
    public long pid() {
        return process.pid();
    }
}
