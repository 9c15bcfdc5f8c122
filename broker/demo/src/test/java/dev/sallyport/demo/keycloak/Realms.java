package dev.sallyport.demo.keycloak;

import dev.sallyport.demo.idp.Person;
import dev.sallyport.demo.story.Client;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;

/** Realms of Keycloak, as JSON to be imported. */
final class Realms {
    private static final String OIDC = "openid-connect";

    private Realms() {}

    /** A realm in which people sign in, with their groups in the claim {@code groups}. */
    static JsonObject signIn(String name, Client client, List<Person> people) {
        JsonObject application = client(client)
                .put("standardFlowEnabled", true)
                .put(
                        "protocolMappers",
                        new JsonArray()
                                .add(mapper(
                                        "oidc-group-membership-mapper",
                                        new JsonObject()
                                                .put("claim.name", "groups")
                                                .put("full.path", "false")
                                                .put("id.token.claim", "true")
                                                .put("access.token.claim", "false")
                                                .put("userinfo.token.claim", "true"))));
        return realm(name, people, new JsonArray().add(application));
    }

    /**
     * A realm that is a directory: its SCIM API is on, and the client may see users and groups. Keycloak takes a token there only if its
     * audience is exactly the SCIM base address.
     */
    static JsonObject directory(String name, Client client, String scimUrl, List<Person> people) {
        JsonObject reader = client(client)
                .put("standardFlowEnabled", false)
                .put("serviceAccountsEnabled", true)
                .put(
                        "protocolMappers",
                        new JsonArray()
                                .add(mapper(
                                        "oidc-audience-mapper",
                                        new JsonObject()
                                                .put("included.custom.audience", scimUrl)
                                                .put("access.token.claim", "true")
                                                .put("id.token.claim", "false"))));
        JsonObject realm = realm(name, people, new JsonArray().add(reader))
                .put("attributes", new JsonObject().put("scimApiEnabled", "true"));
        realm.getJsonArray("users")
                .add(new JsonObject()
                        .put("username", "service-account-" + client.id())
                        .put("enabled", true)
                        .put("serviceAccountClientId", client.id())
                        .put(
                                "clientRoles",
                                new JsonObject()
                                        .put(
                                                "realm-management",
                                                new JsonArray()
                                                        .add("view-users")
                                                        .add("query-users")
                                                        .add("query-groups"))));
        return realm;
    }

    private static JsonObject realm(String name, List<Person> people, JsonArray clients) {
        JsonArray groups = new JsonArray();
        people.stream()
                .map(Person::groups)
                .flatMap(Collection::stream)
                .distinct()
                .forEach(group -> groups.add(new JsonObject().put("name", group)));
        JsonArray users = new JsonArray();
        // People who come by an import have no roles but these; whoever lacks the default ones gets no offline token.
        people.forEach(
                person -> users.add(user(person).put("realmRoles", new JsonArray().add("default-roles-" + name))));
        return new JsonObject()
                .put("realm", name)
                .put("enabled", true)
                .put("sslRequired", "none")
                .put("groups", groups)
                .put("users", users)
                .put("clients", clients);
    }

    private static JsonObject client(Client client) {
        return new JsonObject()
                .put("clientId", client.id())
                .put("secret", client.secret())
                .put("publicClient", false)
                .put("clientAuthenticatorType", "client-secret");
    }

    private static JsonObject mapper(String kind, JsonObject config) {
        return new JsonObject()
                .put("name", kind)
                .put("protocol", OIDC)
                .put("protocolMapper", kind)
                .put("config", config);
    }

    private static JsonObject user(Person person) {
        JsonObject user = new JsonObject()
                .put("username", person.email())
                .put("email", person.email())
                .put("emailVerified", true)
                .put("enabled", true)
                .put("firstName", person.givenName())
                .put("lastName", person.familyName())
                .put("groups", new JsonArray(person.groups()));
        return person.password().isEmpty()
                ? user
                : user.put(
                        "credentials",
                        new JsonArray()
                                .add(new JsonObject().put("type", "password").put("value", person.password())));
    }
}
