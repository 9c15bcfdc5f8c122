package dev.sallyport.tenant.connection;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.ProviderMetadata.IssuerMismatch;
import dev.sallyport.tenant.setup.House;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The watch over providers")
class ProviderWatchTest {
    private static House house;
    private static int made;
    private Tenant tenant;
    private Connection connection;

    @BeforeAll
    static void start() {
        house = new House();
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    @BeforeEach
    void another() {
        house.idp.sends(house.idp.document());
        tenant = house.tenant("acme-" + ++made);
        Connection draft = await(house.connections.create(
                tenant.id(),
                ConnectionSettings.of("SSO", house.idp.issuer(), "sallyport", Optional.of("secret")),
                "operator"));
        await(house.connections.setStatus(
                tenant.id(), draft.id(), ConnectionStatus.ACTIVE, Optional.empty(), "operator"));
        connection = now();
    }

    private Connection now() {
        house.cache.dropAll();
        return await(house.connections.list(tenant.id())).get(0);
    }

    private void look() {
        house.cache.dropAll();
        await(house.watch.look(tenant.id()));
        connection = now();
    }

    private void bind() {
        await(house.proof.form(
                tenant.id(),
                connection,
                await(house.providers.metadata(tenant.id(), connection)),
                house.idp.issuer() + "/token",
                java.util.Map.of()));
    }

    /** As a node that has just started. */
    private Providers fresh() {
        return new Providers(house.gate, Clock.systemUTC(), new ProviderDocuments(house.database));
    }

    private List<String> openAlarms() {
        return house
                .rows(
                        tenant.id(),
                        "SELECT kind || ' ' || subject AS a FROM alarms WHERE tenant_id = $1 AND resolved_at IS NULL")
                .stream()
                .map(row -> row.getString("a"))
                .toList();
    }

    @Test
    @DisplayName(
            "A06 stops a connection whose provider says it is another issuer, on all nodes, with one alarm, until it says so no more")
    void issuerChanged() {
        look();
        assertEquals(Optional.empty(), connection.stopped());
        house.idp.sends(house.idp.document().put("issuer", "https://good.example.com"));
        look();
        look();
        assertEquals(Optional.of("issuer_changed"), connection.stopped());
        assertEquals(List.of("issuer_changed connection:" + connection.id()), openAlarms());
        assertEquals(
                "issuer_changed",
                house.rows(
                                tenant.id(),
                                "SELECT cause FROM audit_events WHERE tenant_id = $1 AND action = 'alarm.raised'")
                        .get(0)
                        .getString("cause"));
        failure(IssuerMismatch.class, house.providers.metadata(tenant.id(), connection));
        failure(IssuerMismatch.class, fresh().metadata(tenant.id(), connection));
        house.idp.sends(house.idp.document());
        look();
        assertEquals(Optional.empty(), connection.stopped());
        assertEquals(List.of(), openAlarms());
        assertEquals(
                house.idp.issuer(),
                await(house.providers.metadata(tenant.id(), connection)).issuer());
    }

    @Test
    @DisplayName(
            "A06, B13 stops a connection whose provider moves its token endpoint to another place; the secret goes there only when it is entered again")
    void tokenEndpointMoved() {
        bind();
        look();
        assertEquals(Optional.of(house.idp.issuer() + "/token"), connection.tokenEndpoint());
        house.idp.sends(house.idp.document().put("token_endpoint", house.idp.issuer() + "/v2/token"));
        look();
        assertEquals(Optional.empty(), connection.stopped(), "the same place");
        JsonObject moved = house.idp.document().put("token_endpoint", "https://token.example.com/");
        house.idp.sends(moved);
        look();
        assertEquals(Optional.of("token_endpoint_moved"), connection.stopped());
        assertEquals(List.of("token_endpoint_moved connection:" + connection.id()), openAlarms());
        failure(TokenEndpointMoved.class, house.providers.metadata(tenant.id(), connection));
        failure(
                TokenEndpointMoved.class,
                house.proof.form(
                        tenant.id(),
                        connection,
                        house.providers.read(moved, house.idp.issuer()),
                        "https://token.example.com/",
                        java.util.Map.of()));
        await(house.connections.update(
                tenant.id(),
                connection.id(),
                ConnectionSettings.of(connection).change().name("Renamed").build(),
                Optional.empty(),
                "operator"));
        assertEquals(Optional.of("token_endpoint_moved"), now().stopped(), "another change is no consent");
        await(house.connections.update(
                tenant.id(),
                connection.id(),
                ConnectionSettings.of(connection)
                        .change()
                        .clientSecret(Optional.of("again"))
                        .build(),
                Optional.empty(),
                "operator"));
        assertEquals(Optional.empty(), now().stopped());
        assertEquals(List.of(), openAlarms());
        await(house.proof.form(
                tenant.id(),
                now(),
                house.providers.read(moved, house.idp.issuer()),
                "https://token.example.com/",
                java.util.Map.of()));
        assertEquals(Optional.of("https://token.example.com/"), now().tokenEndpoint());
    }

    @Test
    @DisplayName("C06 keeps the last good word of a provider that is away, also for a node that has just started")
    void outage() {
        look();
        house.idp.discovers(request -> request.response().setStatusCode(500).end());
        ageDocuments();
        look();
        assertEquals(Optional.empty(), connection.stopped());
        assertEquals(List.of(), openAlarms());
        assertEquals(
                house.idp.issuer() + "/token",
                await(fresh().metadata(tenant.id(), connection)).tokenEndpoint());
        Connection moved = Connection.draft(
                connection.id(),
                connection.settings().towards(house.idp.issuer() + "/other", "c", Optional.empty()),
                connection.createdAt());
        failure(OutboundRefused.class, fresh().metadata(tenant.id(), moved));
    }

    private void ageDocuments() {
        await(house.database
                .tenants()
                .query(
                        tenant.id(),
                        "UPDATE provider_documents SET read_at = now() - interval '2 hours' WHERE tenant_id = $1",
                        io.vertx.sqlclient.Tuple.of(tenant.id().value())));
    }

    @Test
    @DisplayName("C07 has one node ask for all of them, and each tenant asked once in a round")
    void oneFlight() {
        await(house.watch.round());
        int before = house.idp.discoveries();
        await(Future.all(
                IntStream.range(0, 5).mapToObj(i -> house.watch.round()).toList()));
        assertEquals(before, house.idp.discoveries(), "nothing is due");
        for (int i = 0; i < 5; i++) {
            await(fresh().metadata(tenant.id(), connection));
        }
        assertEquals(before, house.idp.discoveries(), "what one node has read is there for all");
        await(house.database.platform(
                "UPDATE jobs SET due_at = now() WHERE kind = 'provider_watch'", io.vertx.sqlclient.Tuple.tuple()));
        ProviderWatch second = new ProviderWatch(house.vertx, house.database, fresh(), house.connections);
        await(Future.all(house.watch.round(), second.round(), house.watch.round(), second.round()));
        long active = house.rows(tenant.id(), "SELECT 1 AS one FROM connections WHERE tenant_id = $1")
                .size();
        assertEquals(1, active);
        assertTrue(house.idp.discoveries() - before <= made, "once for each tenant");
        assertTrue(house.idp.discoveries() > before);
    }
}
