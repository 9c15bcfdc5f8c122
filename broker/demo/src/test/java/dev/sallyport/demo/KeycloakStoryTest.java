package dev.sallyport.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.demo.keycloak.KeycloakWorld;
import dev.sallyport.demo.story.Answer;
import dev.sallyport.demo.story.Browser;
import dev.sallyport.demo.story.Caller;
import dev.sallyport.demo.story.Cast;
import dev.sallyport.demo.story.Checks;
import dev.sallyport.demo.story.Client;
import dev.sallyport.demo.story.Company;
import dev.sallyport.demo.story.Page;
import dev.sallyport.demo.story.StaffDirectory;
import dev.sallyport.demo.story.Story;
import dev.sallyport.demo.story.World;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("peers")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KeycloakStoryTest {
    private static KeycloakWorld keycloak;

    @BeforeAll
    static void start() {
        keycloak = KeycloakWorld.start(Path.of(System.getProperty("keycloak.home")));
    }

    @AfterAll
    static void stop() {
        keycloak.close();
    }

    @Test
    @DisplayName("The whole story holds with Keycloak as identity provider and as SCIM server")
    void storyHolds() {
        try (House<World> house = new House<>()) {
            house.open(vertx -> new Borrowed(keycloak), TheJar.PATH, List.of("-Xmx256m"), 0);
            Story.play(house.stage(), new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        }
    }

    @Test
    @DisplayName("Keycloak takes the redirect URI that is registered, and asks for a password there")
    void asksForAPassword() {
        Company globex = keycloak.globex();
        globex.register("http://127.0.0.1:1/callback", "http://127.0.0.1:1/backchannel-logout");
        Page form = new Browser()
                .open(globex.issuer() + "/protocol/openid-connect/auth?client_id="
                        + globex.client().id()
                        + "&response_type=code&scope=openid&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcallback"
                        + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256");
        assertEquals(200, form.status());
        assertTrue(form.form("password").names().contains("username"));
        assertTrue(globex.canSignIn(Cast.NAMESAKE));
        assertFalse(globex.canSignIn(Cast.ALICE));
    }

    @Test
    @DisplayName(
            "Keycloak's SCIM API lists people for the client that reads it, forgets the removed, and can be emptied and restored")
    void isADirectory() {
        StaffDirectory staff = keycloak.globex().directory();
        assertEquals(3, staff.size());
        assertEquals(3, total(staff));
        String id = find(staff).orElseThrow();
        staff.remove(Cast.NAMESAKE);
        assertEquals(2, total(staff));
        assertEquals(404, reader(staff).get("/Users/" + id).status());
        staff.loseEverybody();
        assertEquals(0, total(staff));
        staff.recover();
        assertEquals(2, total(staff));
        assertTrue(keycloak.globex().canSignIn(Cast.NAMESAKE));
    }

    private static int total(StaffDirectory staff) {
        Answer users = Checks.status("the list of users", 200, reader(staff).get("/Users?startIndex=1&count=100"));
        assertEquals(
                users.json().getInteger("totalResults"),
                users.objects("Resources").size());
        return users.json().getInteger("totalResults");
    }

    private static Optional<String> find(StaffDirectory staff) {
        return reader(staff).get("/Users?startIndex=1&count=100").objects("Resources").stream()
                .filter(user -> user.getString("userName").equals(Cast.NAMESAKE.email()))
                .map(user -> user.getString("id"))
                .findFirst();
    }

    private static Caller reader(StaffDirectory staff) {
        JsonObject auth = staff.settings().getJsonObject("auth");
        Client client = new Client(auth.getString("client_id"), auth.getString("client_secret"));
        JsonObject token = Checks.status(
                        "a token for the SCIM API",
                        200,
                        Caller.client(auth.getString("token_url"), client)
                                .post("", Map.of("grant_type", "client_credentials")))
                .json();
        return Caller.bearer(staff.settings().getString("base_url"), token.getString("access_token"));
    }

    /** A world that outlives the house. */
    private record Borrowed(World world) implements World {
        @Override
        public Company acme() {
            return world.acme();
        }

        @Override
        public Company globex() {
            return world.globex();
        }

        @Override
        public Set<String> addresses() {
            return world.addresses();
        }

        @Override
        public void close() {
            // It is closed after the last test.
        }
    }
}
