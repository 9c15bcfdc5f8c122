package dev.sallyport.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.demo.keycloak.KeycloakWorld;
import dev.sallyport.demo.story.Answer;
import dev.sallyport.demo.story.Caller;
import dev.sallyport.demo.story.Cast;
import dev.sallyport.demo.story.Checks;
import dev.sallyport.demo.story.Client;
import dev.sallyport.demo.story.OperatorPrepares;
import dev.sallyport.demo.story.Patience;
import dev.sallyport.demo.story.Stage;
import dev.sallyport.demo.story.Story;
import dev.sallyport.demo.story.Tenancy;
import dev.sallyport.demo.story.TenantGoesLive;
import dev.sallyport.demo.story.Visitor;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Somebody is switched off at a real Keycloak, and nobody tells Sallyport. */
@Tag("peers")
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class KeycloakLivenessTest {
    private static final Duration EVERY = Duration.ofSeconds(60);

    @Test
    @DisplayName(
            "E05: with liveness on, a person who is switched off at Keycloak is out with the next refresh that is due; a colleague goes on")
    void switchedOffAtKeycloak() throws InterruptedException {
        try (KeycloakWorld keycloak = KeycloakWorld.start(Path.of(System.getProperty("keycloak.home")));
                House<KeycloakWorld> house = new House<>()) {
            house.open(vertx -> keycloak, TheJar.PATH, List.of("-Xmx256m"), 0);
            Stage stage = house.stage();
            Client app = OperatorPrepares.play(stage);
            Tenancy acme = TenantGoesLive.play(stage, keycloak.acme(), Cast.CHEN, Story.ROLES_AT_ACME);
            Checks.status(
                    "switching liveness on",
                    200,
                    stage.operator()
                            .patch(
                                    "/tenants/acme/connections/" + acme.connection(),
                                    new JsonObject().put("liveness_seconds", EVERY.toSeconds())));
            Visitor alice = Visitor.signIn(stage, keycloak.acme(), Cast.ALICE);
            Visitor chen = Visitor.signIn(stage, keycloak.acme(), Cast.CHEN);
            keycloak.enableAtAcme(Cast.ALICE, false);
            Answer early = refresh(stage, app, alice, alice.session().refreshToken());
            assertEquals(200, early.status(), "it is not due yet");
            Thread.sleep(EVERY.plusSeconds(2).toMillis());
            Answer answer = refresh(stage, app, alice, early.json().getString("refresh_token"));
            assertEquals(400, answer.status(), answer.body());
            assertEquals("invalid_grant", answer.json().getString("error"));
            assertEquals(
                    401,
                    stage.at(keycloak.acme(), early.json().getString("access_token"))
                            .get("/userinfo")
                            .status());
            Answer goesOn = refresh(stage, app, chen, chen.session().refreshToken());
            assertEquals(200, goesOn.status(), goesOn.body());
            assertEquals(List.of("upstream_gone"), causes(stage));
            Patience.until(
                    "the application hears of it",
                    Duration.ofSeconds(20),
                    () -> stage.app().sessions().stream().noneMatch(s -> s.sid()
                                    .equals(alice.session().sid()))
                            ? Optional.of(true)
                            : Optional.empty());
            Thread.sleep(EVERY.plusSeconds(2).toMillis());
            Answer again = refresh(stage, app, chen, goesOn.json().getString("refresh_token"));
            assertEquals(
                    200, again.status(), "Keycloak was asked a second time, by what it had answered the first time");
            assertTrue(again.json().containsKey("access_token"));
            assertEquals(List.of("upstream_gone"), causes(stage));
        }
    }

    private static Answer refresh(Stage stage, Client app, Visitor visitor, String token) {
        return Caller.client(stage.issuer(visitor.company()), app)
                .post("/token", Map.of("grant_type", "refresh_token", "refresh_token", token));
    }

    private static List<String> causes(Stage stage) {
        return stage.operator().all("/tenants/acme/audit-events?limit=200").stream()
                .filter(event -> event.getString("action").equals("session.ended_upstream")
                        || event.getString("action").equals("alarm.raised"))
                .map(event -> event.getString("cause"))
                .toList();
    }
}
