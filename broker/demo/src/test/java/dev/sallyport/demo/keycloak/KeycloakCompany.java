package dev.sallyport.demo.keycloak;

import dev.sallyport.demo.idp.IdpCompany;
import dev.sallyport.demo.idp.Person;
import dev.sallyport.demo.story.Browser;
import dev.sallyport.demo.story.Checks;
import dev.sallyport.demo.story.Client;
import dev.sallyport.demo.story.Company;
import dev.sallyport.demo.story.Page;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A company whose identity provider is a realm of Keycloak. */
final class KeycloakCompany implements Company {
    private final KeycloakServer server;
    private final IdpCompany company;
    private final Client client;
    private final KeycloakStaff directory;

    KeycloakCompany(KeycloakServer server, IdpCompany company, Client client, KeycloakStaff directory) {
        this.server = server;
        this.company = company;
        this.client = client;
        this.directory = directory;
    }

    @Override
    public String slug() {
        return company.slug();
    }

    @Override
    public String name() {
        return company.name();
    }

    @Override
    public String issuer() {
        return server.base() + "/realms/" + slug();
    }

    @Override
    public Client client() {
        return client;
    }

    @Override
    public void register(String redirectUri, String backchannelLogoutUri) {
        JsonObject registered = new JsonArray(Checks.status(
                                "the client at Keycloak",
                                200,
                                server.admin().get("/" + slug() + "/clients?clientId=" + client.id()))
                        .body())
                .getJsonObject(0);
        registered
                .put("redirectUris", new JsonArray().add(redirectUri))
                .getJsonObject("attributes")
                .put("backchannel.logout.url", backchannelLogoutUri)
                .put("backchannel.logout.session.required", "true");
        Checks.status(
                "registering the redirect URI at Keycloak",
                204,
                server.admin().put("/" + slug() + "/clients/" + registered.getString("id"), registered));
    }

    @Override
    public Page signIn(Browser browser, Page signInPage, Person person) {
        return browser.send(
                signInPage.form("password").with("username", person.email()).with("password", person.password()));
    }

    @Override
    public boolean canSignIn(Person person) {
        return find(server, slug(), person)
                .map(user -> user.getBoolean("enabled"))
                .orElse(false);
    }

    /** Switches a person off at the identity provider, or on again. */
    void enable(Person person, boolean enabled) {
        JsonObject user = find(server, slug(), person).orElseThrow().put("enabled", enabled);
        Checks.status(
                "switching a person off at Keycloak",
                204,
                server.admin().put("/" + slug() + "/users/" + user.getString("id"), user));
    }

    @Override
    public KeycloakStaff directory() {
        return directory;
    }

    static Optional<JsonObject> find(KeycloakServer server, String realm, Person person) {
        String query =
                "/" + realm + "/users?exact=true&username=" + URLEncoder.encode(person.email(), StandardCharsets.UTF_8);
        return new JsonArray(Checks.status(
                                "looking for a person", 200, server.admin().get(query))
                        .body())
                .stream().map(JsonObject.class::cast).findFirst();
    }
}
