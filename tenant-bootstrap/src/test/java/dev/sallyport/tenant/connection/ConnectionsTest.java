package dev.sallyport.tenant.connection;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.setup.House;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A connection")
class ConnectionsTest {
    private static House house;
    private static Tenant tenant;

    @BeforeAll
    static void start() {
        house = new House();
        tenant = house.tenant("acme");
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static ConnectionSettings settings() {
        return ConnectionSettings.of("SSO", house.idp.issuer(), "sallyport", Optional.of("canary-secret"));
    }

    private static Connection created() {
        return await(house.connections.create(tenant.id(), settings(), "operator"));
    }

    private static List<String> fields(ConnectionSettings settings) {
        return failure(ConnectionRefused.class, house.connections.create(tenant.id(), settings, "operator"))
                .violations()
                .stream()
                .map(Violation::field)
                .toList();
    }

    @Test
    @DisplayName("B13 keeps its secret wrapped and out of every text")
    void theSecretIsWrapped() {
        Connection connection = created();
        assertEquals(Optional.of("canary-secret"), await(house.connections.secret(tenant.id(), connection)));
        String stored = house.rows(
                        tenant.id(), "SELECT string_agg(c::text, ' ') AS t FROM connections c WHERE tenant_id = $1")
                .get(0)
                .getString("t");
        assertFalse(stored.contains("canary"));
        assertFalse(connection.toString().contains("canary"));
        assertFalse(settings().toString().contains("canary"));
        String audit = house.rows(
                        tenant.id(), "SELECT string_agg(e::text, ' ') AS t FROM audit_events e WHERE tenant_id = $1")
                .get(0)
                .getString("t");
        assertFalse(audit.contains("canary"));
    }

    @Test
    @DisplayName("A03 a secret does not follow its connection to another issuer, and the connection is a draft again")
    void anotherIssuerDropsTheSecret() {
        Connection connection = created();
        await(house.connections.setStatus(
                tenant.id(), connection.id(), ConnectionStatus.ACTIVE, Optional.empty(), "operator"));
        ConnectionSettings renamed =
                ConnectionSettings.of(connection).towards(house.idp.issuer(), "another-client", Optional.empty());
        Connection kept = update(connection, renamed);
        assertTrue(kept.hasSecret() && kept.isActive(), "the same issuer keeps secret and status");
        Connection moved =
                update(connection, renamed.towards(house.idp.issuer() + "/other", "another-client", Optional.empty()));
        assertFalse(moved.hasSecret());
        assertEquals(ConnectionStatus.DRAFT, moved.status());
        Connection entered = update(
                connection,
                renamed.towards(house.idp.issuer() + "/third", "another-client", Optional.of("new-canary")));
        assertEquals(Optional.of("new-canary"), await(house.connections.secret(tenant.id(), entered)));
    }

    private static Connection update(Connection connection, ConnectionSettings settings) {
        return await(house.connections.update(tenant.id(), connection.id(), settings, Optional.empty(), "operator"))
                .orElseThrow();
    }

    @Test
    @DisplayName("A10 disabling it, or changing its issuer, ends the sign-ins that are under way")
    void transactionsEnd() {
        Connection connection = created();
        login(connection);
        await(house.connections.setStatus(
                tenant.id(), connection.id(), ConnectionStatus.DISABLED, Optional.empty(), "operator"));
        assertEquals(0, logins(connection));
        login(connection);
        update(
                connection,
                ConnectionSettings.of(connection).towards(house.idp.issuer() + "/x", "sallyport", Optional.empty()));
        assertEquals(0, logins(connection));
    }

    @Test
    @DisplayName(
            "A10 out of use it ends the sessions that were opened by it, unless they are to rest; moved, in any case")
    void sessionsEnd() {
        Connection connection = created();
        ConnectionId id = connection.id();
        await(house.connections.setStatus(tenant.id(), id, ConnectionStatus.ACTIVE, Optional.empty(), "operator"));
        house.ended.clear();
        await(house.connections.setStatus(
                tenant.id(), id, ConnectionStatus.DISABLED, OpenSessions.Fate.REST, Optional.empty(), "operator"));
        assertEquals(List.of(), house.ended);
        await(house.connections.setStatus(tenant.id(), id, ConnectionStatus.DISABLED, Optional.empty(), "operator"));
        await(house.connections.setStatus(tenant.id(), id, ConnectionStatus.DRAFT, Optional.empty(), "operator"));
        update(
                connection,
                ConnectionSettings.of(connection).towards(house.idp.issuer() + "/moved", "client", Optional.empty()));
        await(house.connections.delete(tenant.id(), id, Optional.empty(), "operator"));
        assertEquals(
                List.of(
                        id + " connection_disabled",
                        id + " connection_draft",
                        id + " connection_moved",
                        id + " connection_deleted"),
                house.ended);
    }

    private static void login(Connection connection) {
        await(house.database
                .tenants()
                .query(
                        tenant.id(),
                        """
                INSERT INTO login_transactions (tenant_id, state_hash, connection_id, issuer, purpose, browser_hash, request, expires_at)
                VALUES ($1, sha256($3::text::bytea), $2, 'i', 'sign_in', sha256('b'), '{}', now() + interval '5 minutes')""",
                        Tuple.of(
                                tenant.id().value(),
                                connection.id().value(),
                                UUID.randomUUID().toString())));
        assertEquals(1, logins(connection));
    }

    private static int logins(Connection connection) {
        return await(house.database
                        .tenants()
                        .query(
                                tenant.id(),
                                "SELECT 1 FROM login_transactions WHERE tenant_id = $1 AND connection_id = $2",
                                Tuple.of(tenant.id().value(), connection.id().value())))
                .size();
    }

    @DisplayName("A04 nobody can configure a weak signature")
    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "HS512", "RS1", "es256", ""})
    void weakAlgorithmsAreRefused(String algorithm) {
        ConnectionSettings weak =
                settings().change().algorithms(List.of("ES256", algorithm)).build();
        assertEquals(List.of("algorithms"), fields(weak));
    }

    @DisplayName("C01 its issuer may not be a blocked address")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/",
                "https://127.0.0.1/",
                "https://localhost/",
                "https://[::1]/",
                "https://user@idp.example.com/",
                "ftp://idp.example.com/"
            })
    void blockedIssuersAreRefused(String issuer) {
        ConnectionRefused refused = failure(
                ConnectionRefused.class,
                house.connections.create(
                        tenant.id(), settings().towards(issuer, "sallyport", Optional.of("s")), "operator"));
        assertTrue(refused.isBlockedAddress());
        assertEquals("issuer", refused.violations().get(0).field());
    }

    @Test
    void everyWrongFieldIsNamed() {
        ConnectionSettings wrong = settings()
                .change()
                .name(" ")
                .issuer("https://idp.example.com/?a=b")
                .clientId("x".repeat(501))
                .clientSecret(Optional.of(""))
                .tokenEndpointAuthMethod("none")
                .scopes(List.of("profile"))
                .claims(ClaimNames.DEFAULT.withGroups(""))
                .algorithms(List.of())
                .build();
        assertEquals(
                List.of(
                        "name",
                        "client_id",
                        "client_secret",
                        "token_endpoint_auth_method",
                        "issuer",
                        "scopes",
                        "algorithms",
                        "claims"),
                fields(wrong));
    }

    @Test
    @DisplayName("A01 is keyed by sub, or by oid+tid, and by nothing that can be given to another")
    void mutableSubjectsAreRefused() {
        for (String claim : List.of("email", "preferred_username", "upn", "name", "oid", "SUB", "")) {
            ConnectionSettings wrong = keyedBy(claim);
            assertEquals(List.of("claims.subject"), fields(wrong), claim);
            Connection connection = created();
            failure(
                    ConnectionRefused.class,
                    house.connections.update(tenant.id(), connection.id(), wrong, Optional.empty(), "operator"));
        }
        assertEquals(
                ClaimNames.OID_TID,
                await(house.connections.create(tenant.id(), keyedBy(ClaimNames.OID_TID), "operator"))
                        .claims()
                        .subject());
    }

    @Test
    @DisplayName("A02 keeps the key of its people once it has been live, also when it is switched off")
    void subjectIsFixedAfterGoLive() {
        Connection connection = created();
        assertEquals(
                ClaimNames.OID_TID,
                update(connection, keyedBy(ClaimNames.OID_TID)).claims().subject(),
                "a draft can choose");
        for (ConnectionStatus status : List.of(ConnectionStatus.ACTIVE, ConnectionStatus.DISABLED)) {
            await(house.connections.setStatus(tenant.id(), connection.id(), status, Optional.empty(), "operator"));
            failure(
                    SubjectFixed.class,
                    house.connections.update(
                            tenant.id(), connection.id(), keyedBy(ClaimNames.SUB), Optional.empty(), "operator"));
        }
        ConnectionSettings renamed =
                keyedBy(ClaimNames.OID_TID).change().name("Renamed").build();
        assertEquals("Renamed", update(connection, renamed).name());
    }

    private static ConnectionSettings keyedBy(String claim) {
        return settings().change().claims(ClaimNames.DEFAULT.withSubject(claim)).build();
    }

    @Test
    @DisplayName("A06 is not made for an Entra issuer that all the world shares")
    void sharedIssuersAreRefused() {
        for (String word :
                List.of("common", "organizations", "consumers", "{tenantid}", "9188040d-6c67-4c5b-b112-36a304b66dad")) {
            ConnectionRefused refused = failure(
                    ConnectionRefused.class,
                    house.connections.create(
                            tenant.id(),
                            settings()
                                    .towards(
                                            "https://login.microsoftonline.com/" + word + "/v2.0",
                                            "c",
                                            Optional.of("s")),
                            "operator"));
            assertEquals("issuer", refused.violations().get(0).field(), word);
        }
    }

    @Test
    @DisplayName("B01 is not there for another tenant")
    void othersDoNotSeeIt() {
        Connection connection = created();
        Tenant other = house.tenant("other");
        assertTrue(await(house.connections.find(other.id(), connection.id())).isEmpty());
        assertTrue(
                await(house.connections.update(other.id(), connection.id(), settings(), Optional.empty(), "operator"))
                        .isEmpty());
        assertFalse(await(house.connections.delete(other.id(), connection.id(), Optional.empty(), "operator")));
        assertTrue(await(house.connections.setStatus(
                        other.id(), connection.id(), ConnectionStatus.ACTIVE, Optional.empty(), "operator"))
                .isEmpty());
        assertTrue(await(house.connections.find(tenant.id(), connection.id())).isPresent());
    }

    @Test
    void changesAskForTheVersionTheyWereMadeFor() {
        Connection connection = created();
        update(connection, ConnectionSettings.of(connection));
        Optional<Long> old = Optional.of(connection.version());
        failure(
                VersionChanged.class,
                house.connections.update(tenant.id(), connection.id(), settings(), old, "operator"));
        failure(
                VersionChanged.class,
                house.connections.setStatus(tenant.id(), connection.id(), ConnectionStatus.ACTIVE, old, "operator"));
        failure(VersionChanged.class, house.connections.delete(tenant.id(), connection.id(), old, "operator"));
    }

    @Test
    void itCannotBeDeletedOncePeopleAreKnownByIt() {
        Connection connection = created();
        UUID user = UUID.randomUUID();
        await(house.database
                .tenants()
                .query(
                        tenant.id(),
                        "INSERT INTO users (tenant_id, id, status, user_name, source, status_cause) VALUES ($1, $2, 'offboarded', 'ann', 'jit', 'x')",
                        Tuple.of(tenant.id().value(), user)));
        await(house.database
                .tenants()
                .query(
                        tenant.id(),
                        "INSERT INTO identities (tenant_id, id, user_id, connection_id, issuer, subject) VALUES ($1, $2, $2, $3, 'i', 's')",
                        Tuple.of(tenant.id().value(), user, connection.id().value())));
        failure(
                ConnectionInUse.class,
                house.connections.delete(tenant.id(), connection.id(), Optional.empty(), "operator"));
        Connection unused = created();
        assertTrue(await(house.connections.delete(tenant.id(), unused.id(), Optional.empty(), "operator")));
    }

    @Test
    void theRedirectUriIsTheContractsOwn() {
        Connection connection = created();
        assertEquals(
                "https://id.example.com/t/acme/federation/" + connection.id() + "/callback",
                Connection.redirectUri("https://id.example.com", "acme", connection.id()));
    }
}
