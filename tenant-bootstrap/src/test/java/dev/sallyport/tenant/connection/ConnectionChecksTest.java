package dev.sallyport.tenant.connection;

import static dev.sallyport.outbound.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.setup.House;
import dev.sallyport.tenant.setup.PlayedIdp;
import io.vertx.core.json.JsonArray;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The checks of a connection")
class ConnectionChecksTest {
    private static House house;
    private static Tenant tenant;
    private Connection connection;

    @BeforeAll
    static void start() {
        house = new House();
        tenant = house.tenant("acme");
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    @BeforeEach
    void another() {
        house.idp.sends(house.idp.document());
        house.idp.publishes(PlayedIdp.key("first"));
        connection = await(house.connections.create(
                tenant.id(),
                ConnectionSettings.of("SSO", house.idp.issuer(), "sallyport", Optional.of("secret")),
                "operator"));
    }

    private String run() {
        return await(house.checks.run(tenant.id(), connection)).stream()
                .map(check -> check.name() + "=" + check.detail() + (check.ok() ? "" : "!"))
                .collect(Collectors.joining(" "));
    }

    @Test
    void areAllGoodForAGoodProvider() {
        assertEquals("reachable=ok issuer=ok endpoints=ok keys=ok algorithms=ok pkce=ok secret=ok", run());
        ConnectionTests.Outcome stored = await(
                        house.tests.latest(tenant.id(), connection.id(), ConnectionTests.Kind.CHECKS))
                .orElseThrow();
        assertTrue(stored.ok() && stored.fresh());
        assertEquals(7, stored.result().getJsonArray("checks").size());
    }

    @Test
    @DisplayName("B13 say in fixed words what is wrong, and nothing that the provider said")
    void sayWhatIsWrong() {
        house.idp.sends(house.idp.document().put("issuer", "https://canary.example.com"));
        assertEquals("reachable=ok issuer=issuer_mismatch! secret=untried", run());
        house.idp.discovers(request -> request.response().setStatusCode(404).end("canary"));
        assertEquals("reachable=http_status! secret=untried", run());
        house.idp.discovers(request -> request.response()
                .setStatusCode(302)
                .putHeader("Location", "/canary")
                .end());
        assertEquals("reachable=http_status! secret=untried", run());
        house.idp.discovers(request -> request.response().end("<html>canary</html>"));
        assertEquals("reachable=bad_document! secret=untried", run());
        house.idp.discovers(request -> request.connection().close());
        assertEquals("reachable=timeout! secret=untried", run());
        house.idp.sends(house.idp.document().put("token_endpoint", "https://10.0.0.1/canary"));
        assertEquals("reachable=ok endpoints=blocked! secret=untried", run());
        house.idp.sends(house.idp.document());
        house.idp.keys(request -> request.response().end("{}"));
        assertEquals("reachable=ok issuer=ok endpoints=ok keys=bad_document! pkce=ok secret=ok", run());
        house.idp.publishes(PlayedIdp.key("k").put("alg", "ES512"));
        assertEquals("reachable=ok issuer=ok endpoints=ok keys=ok algorithms=none_fits! pkce=ok secret=ok", run());
        List<String> stored =
                house.rows(tenant.id(), "SELECT result::text AS r FROM connection_tests WHERE tenant_id = $1").stream()
                        .map(row -> row.getString("r"))
                        .toList();
        assertFalse(stored.toString().contains("canary"));
    }

    @Test
    @DisplayName("B13 say in fixed words whether the provider believes that we are its client")
    void secretAccepted() {
        String before = "reachable=ok issuer=ok endpoints=ok keys=ok algorithms=ok pkce=ok ";
        Object[][] table = {
            {400, "invalid_grant", "secret=ok"},
            {401, "invalid_client", "secret=refused!"},
            {400, "invalid_client", "secret=refused!"},
            {401, "canary", "secret=refused!"},
            {400, "unauthorized_client", "secret=refused!"},
            {400, "invalid_request", "secret=not_told"},
            {500, "canary", "secret=not_told"}
        };
        for (Object[] row : table) {
            house.idp.answersTokens((int) row[0], (String) row[1]);
            assertEquals(before + row[2], run(), row[0] + " " + row[1]);
        }
        house.idp.answersTokens(400, "invalid_grant");
        connection = await(house.connections.create(
                tenant.id(),
                ConnectionSettings.of("SSO", house.idp.issuer(), "sallyport", Optional.empty()),
                "operator"));
        assertEquals(before + "secret=missing!", run());
    }

    @Test
    void doNotMindAProviderThatDoesNotAdvertisePkce() {
        house.idp.sends(house.idp.document().put("code_challenge_methods_supported", new JsonArray()));
        assertEquals("reachable=ok issuer=ok endpoints=ok keys=ok algorithms=ok pkce=not_advertised secret=ok", run());
    }

    @Test
    @DisplayName("B13 answer alike for every private target, whether something listens there or not")
    void privateTargetsLookAlike() throws Exception {
        try (var owner = house.testDatabase.asOwner();
                var update = owner.createStatement()) {
            for (String issuer : List.of(
                    "http://127.0.0.1:1/",
                    "http://127.0.0.1:" + house.server.actualPort() + "/",
                    "https://10.255.255.1/")) {
                update.executeUpdate(
                        "UPDATE connections SET issuer = '" + issuer + "' WHERE id = '" + connection.id() + "'");
                house.cache.dropAll();
                connection = await(house.connections.find(tenant.id(), connection.id()))
                        .orElseThrow();
                assertEquals("reachable=blocked! secret=untried", run());
            }
        }
    }
}
