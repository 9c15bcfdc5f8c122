package dev.sallyport.demo.keycloak;

import dev.sallyport.demo.idp.DemoCompanies;
import dev.sallyport.demo.idp.IdpCompany;
import dev.sallyport.demo.idp.Person;
import dev.sallyport.demo.story.Cast;
import dev.sallyport.demo.story.Client;
import dev.sallyport.demo.story.Company;
import dev.sallyport.demo.story.World;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** One Keycloak with four realms: for each company one in which people sign in, and one that is the directory. */
public final class KeycloakWorld implements World {
    private static final String DIRECTORY = "-staff";

    private final KeycloakServer server;
    private final KeycloakCompany acme;
    private final KeycloakCompany globex;

    private KeycloakWorld(KeycloakServer server, Client client, Client reader) {
        this.server = server;
        this.acme = company(server, DemoCompanies.acme(), client, reader);
        this.globex = company(server, DemoCompanies.globex(), client, reader);
    }

    /** Starts the distribution that is unpacked there; takes about half a minute. */
    public static KeycloakWorld start(Path home) {
        Client client = new Client("sallyport", UUID.randomUUID().toString());
        Client reader = new Client("sallyport-scim", UUID.randomUUID().toString());
        KeycloakServer server = KeycloakServer.start(home, base -> realms(base, client, reader));
        return new KeycloakWorld(server, client, reader);
    }

    /** Switches a person of acme off at the identity provider, or on again. */
    public void enableAtAcme(Person person, boolean enabled) {
        acme.enable(person, enabled);
    }

    @Override
    public Company acme() {
        return acme;
    }

    @Override
    public Company globex() {
        return globex;
    }

    @Override
    public Set<String> addresses() {
        return Set.of(URI.create(server.base()).getAuthority());
    }

    @Override
    public void close() {
        server.close();
    }

    private static List<JsonObject> realms(String base, Client client, Client reader) {
        return List.of(
                Realms.signIn("acme", client, DemoCompanies.acme().people()),
                staff(base, "acme", reader, Cast.ON_ACMES_STAFF),
                Realms.signIn("globex", client, DemoCompanies.globex().people()),
                staff(base, "globex", reader, DemoCompanies.globex().people()));
    }

    private static JsonObject staff(String base, String slug, Client reader, List<Person> people) {
        String realm = slug + DIRECTORY;
        return Realms.directory(realm, reader, KeycloakStaff.scimUrl(base, realm), people);
    }

    private static KeycloakCompany company(KeycloakServer server, IdpCompany company, Client client, Client reader) {
        return new KeycloakCompany(
                server, company, client, new KeycloakStaff(server, company.slug() + DIRECTORY, reader));
    }
}
