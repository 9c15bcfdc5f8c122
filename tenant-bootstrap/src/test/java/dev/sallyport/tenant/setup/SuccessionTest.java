package dev.sallyport.tenant.setup;

import static dev.sallyport.outbound.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionStatus;
import dev.sallyport.tenant.connection.Succession;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Replacing the identity provider")
class SuccessionTest {
    private static House house;
    private static Succession succession;

    @BeforeAll
    static void start() {
        house = new House();
        house.catalogue();
        succession = new Succession(house.database, house.cache, house.connections);
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    /** A tenant whose setup is open in a browser. */
    private static final class Setup {
        final Tenant tenant;
        final Browser browser = new Browser();
        final String wizard;

        Setup(String slug) {
            tenant = house.tenant(slug);
            NewSetupLink link = house.link(tenant);
            wizard = house.publicUrl + "/setup/" + link.link().id() + "/";
            browser.redeem(link.url());
        }

        String page(String step) {
            return browser.get(wizard + step).body();
        }

        HttpResponse<String> connect(String client, String replaces) {
            List<Map.Entry<String, String>> form = new ArrayList<>(List.of(
                    Map.entry("issuer", house.idp.issuer()),
                    Map.entry("client_id", client),
                    Map.entry("client_secret", "s3cret")));
            if (!replaces.isEmpty()) {
                form.add(Map.entry("replace", replaces));
            }
            return browser.submit(wizard + "sign-in", form);
        }

        HttpResponse<String> goLive(String audience) {
            browser.submit(wizard + "test", List.of());
            return browser.submit(
                    wizard + "go-live", List.of(Map.entry("audience", audience), Map.entry("pilot_more", "first")));
        }

        List<Connection> connections() {
            return await(house.connections.list(tenant.id()));
        }

        /** Live by one connection, with another one live that replaces it. */
        Setup replaced(String audience) {
            connect("old", "");
            assertEquals(200, goLive("everybody").statusCode());
            connect("new", connections().get(0).id().toString());
            assertEquals(200, goLive(audience).statusCode());
            return this;
        }

        UUID person(String status) {
            UUID id = Uuid7.next();
            query(
                    "INSERT INTO users (tenant_id, id, status, user_name, source, status_cause) VALUES ($1, $2, $3, $4, 'jit', 'test')",
                    Tuple.of(tenant.id().value(), id, status, id.toString()));
            return id;
        }

        void comesBy(Connection connection, UUID user) {
            query(
                    "INSERT INTO identities (tenant_id, id, user_id, connection_id, issuer, subject) VALUES ($1, $2, $3, $4, $5, $6)",
                    Tuple.of(
                            tenant.id().value(),
                            Uuid7.next(),
                            user,
                            connection.id().value(),
                            connection.issuer(),
                            Uuid7.next().toString()));
        }

        private void query(String sql, Tuple arguments) {
            await(house.database.tenants().query(tenant.id(), sql, arguments));
        }

        void look() {
            await(succession.look(tenant.id()));
        }
    }

    @Test
    @DisplayName("the new connection is begun beside the one in use, which nothing touches before the new one is live")
    void beside() {
        Setup setup = new Setup("beside");
        setup.connect("old", "");
        assertFalse(setup.page("sign-in").contains("Replace your identity provider"), "nothing is in use yet");
        setup.goLive("everybody");
        Connection former = setup.connections().get(0);
        assertTrue(setup.page("sign-in").contains("sign-in?replace=" + former.id()));
        String begun = setup.page("sign-in?replace=" + former.id());
        assertFalse(begun.contains(former.id() + "/callback"), "a redirect URI of its own");
        assertFalse(begun.contains("value=\"old\""));

        assertEquals(303, setup.connect("new", former.id().toString()).statusCode());
        assertEquals(2, setup.connections().size());
        Connection heir = setup.connections().get(1);
        assertTrue(begun.contains(heir.id() + "/callback"), "the one that the page showed");
        assertEquals(Optional.of(former.id()), heir.rollout().replaces());
        assertEquals(ConnectionStatus.DRAFT, heir.status());
        assertEquals(former, setup.connections().get(0), "as it was");
        assertNotEquals(former.name(), heir.name(), "people can tell them apart");

        String live = setup.page("go-live");
        assertTrue(live.contains("The former way in stays open"), live);
        assertEquals(
                422, setup.browser.submit(setup.wizard + "go-live", List.of()).statusCode(), "not tested");
        assertEquals(200, setup.goLive("everybody").statusCode());
        assertTrue(setup.connections().stream().allMatch(Connection::isActive), "both are open");
        assertTrue(setup.page("go-live").contains("(0 of 2)"));
    }

    @Test
    @DisplayName(
            "another tenant's connection cannot be replaced, nor one that is not in use, and nothing is written over")
    void foreign() {
        Setup other = new Setup("other");
        other.connect("old", "");
        other.goLive("everybody");
        String foreign = other.connections().get(0).id().toString();
        Setup setup = new Setup("curious");
        setup.connect("old", "");
        Connection draft = setup.connections().get(0);

        for (String id : List.of(foreign, draft.id().toString(), "x")) {
            assertEquals(303, setup.connect("new", id).statusCode());
            assertEquals(List.of(draft), setup.connections());
        }
        setup.goLive("everybody");
        assertEquals(303, setup.connect("new", foreign).statusCode());
        assertEquals("old", setup.connections().get(0).clientId());
        assertEquals(1, setup.connections().size());
        assertEquals(1, other.connections().size());
    }

    @Test
    @DisplayName(
            "the former way in is closed once, by one of many nodes, when a second person has come; not by the same one twice")
    void second() {
        Setup setup = new Setup("second").replaced("everybody");
        Connection former = setup.connections().get(0);
        Connection heir = setup.connections().get(1);
        UUID first = setup.person("active");
        UUID known = setup.person("active");
        setup.comesBy(former, known);
        setup.comesBy(former, setup.person("offboarded"));
        setup.comesBy(heir, first);
        setup.comesBy(heir, first);
        setup.comesBy(heir, setup.person("waiting"));
        setup.look();
        assertTrue(setup.connections().get(0).isActive(), "one person, twice, and one who waits");
        assertTrue(setup.page("go-live").contains("(1 of 2)"));

        setup.comesBy(heir, setup.person("active"));
        setup.look();
        assertTrue(setup.connections().get(0).isActive(), "somebody is known by the former alone");
        assertTrue(setup.page("go-live").contains("known by it alone: now 1 person."));

        setup.comesBy(heir, known);
        await(Future.all(Collections.nCopies(8, 0).stream()
                .map(i -> succession.look(setup.tenant.id()))
                .toList()));
        assertEquals(ConnectionStatus.DISABLED, setup.connections().get(0).status());
        assertTrue(setup.connections().get(1).isActive());
        assertTrue(
                house.ended.stream()
                        .noneMatch(line -> line.startsWith(former.id().toString())),
                "sessions rest");
        assertEquals(
                1,
                house.audit(setup.tenant.id()).stream()
                        .filter("connection.replaced second_person"::equals)
                        .count());
        assertTrue(setup.page("go-live").contains("The former way in is closed"));

        await(house.connections.setStatus(
                setup.tenant.id(), former.id(), ConnectionStatus.ACTIVE, Optional.empty(), "admin"));
        setup.look();
        assertTrue(setup.connections().get(0).isActive(), "an administrator has the last word");
        assertTrue(setup.page("go-live").contains("open again"));
    }

    @Test
    @DisplayName("a pilot closes nothing: those who are not in it need the former")
    void pilot() {
        Setup setup = new Setup("trial").replaced("pilot");
        Connection heir = setup.connections().get(1);
        setup.comesBy(heir, setup.person("active"));
        setup.comesBy(heir, setup.person("active"));
        setup.look();
        assertTrue(setup.connections().get(0).isActive());
        assertTrue(setup.page("go-live").contains("Not while the new one is a pilot"));

        setup.browser.submit(setup.wizard + "go-live", List.of(Map.entry("audience", "everybody")));
        setup.look();
        assertFalse(setup.connections().get(0).isActive());
    }
}
