package dev.sallyport.demo.keycloak;

import dev.sallyport.demo.idp.Person;
import dev.sallyport.demo.story.Answer;
import dev.sallyport.demo.story.Caller;
import dev.sallyport.demo.story.Checks;
import dev.sallyport.demo.story.Client;
import dev.sallyport.demo.story.StaffDirectory;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** A realm as a company's directory: whoever is removed here can still sign in through the realm that is the identity provider. */
final class KeycloakStaff implements StaffDirectory {
    private static final String AWAY = "-away";

    private final KeycloakServer server;
    private final String realm;
    private final Client reader;

    KeycloakStaff(KeycloakServer server, String realm, Client reader) {
        this.server = server;
        this.realm = realm;
        this.reader = reader;
    }

    static String scimUrl(String base, String realm) {
        return base + "/realms/" + realm + "/scim/v2";
    }

    @Override
    public JsonObject settings() {
        return new JsonObject()
                .put("base_url", scimUrl(server.base(), realm))
                .put(
                        "auth",
                        new JsonObject()
                                .put("type", "oauth2_client_credentials")
                                .put("token_url", server.base() + "/realms/" + realm + "/protocol/openid-connect/token")
                                .put("client_id", reader.id())
                                .put("client_secret", reader.secret()));
    }

    @Override
    public void remove(Person person) {
        String id = KeycloakCompany.find(server, realm, person)
                .orElseThrow(() -> new IllegalArgumentException("nobody there is " + person.email()))
                .getString("id");
        Checks.status("removing a person", 204, server.admin().delete("/" + realm + "/users/" + id));
    }

    @Override
    public int size() {
        String body = Checks.status("counting the people", 200, server.admin().get("/" + realm + "/users/count"))
                .body();
        return Integer.parseInt(body.strip());
    }

    /** Another realm takes the place of this one: same name, same client, and nobody in it. */
    @Override
    public void loseEverybody() {
        Caller admin = server.admin();
        Checks.status("renaming the realm", 204, rename(admin, realm, realm + AWAY));
        JsonObject empty = Realms.directory(realm, reader, scimUrl(server.base(), realm), List.of());
        Checks.status("a realm without people", 201, admin.post("", empty));
    }

    @Override
    public void recover() {
        Caller admin = server.admin();
        Checks.status("removing the realm without people", 204, admin.delete("/" + realm));
        Checks.status("renaming the realm back", 204, rename(admin, realm + AWAY, realm));
    }

    private static Answer rename(Caller admin, String from, String to) {
        return admin.put("/" + from, new JsonObject().put("realm", to));
    }
}
