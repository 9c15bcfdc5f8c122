package dev.sallyport.broker.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.admin.AdminCaller.Answer;
import dev.sallyport.broker.outside.Await;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Sink;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Addresses inside our own network, in everything that a tenant or an application may name. Nothing listens there for them. */
class ForbiddenAddressTest {
    private static final List<String> ENDPOINTS = List.of(
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
            "end_session_endpoint",
            "revocation_endpoint");
    private static final Duration SOON = Duration.ofSeconds(15);

    private static Vertx vertx;
    private static Sink sink;
    private static Rogues rogues;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        sink = Sink.start(vertx);
        rogues = new Rogues(
                vertx,
                List.of(
                        "authorization-endpoint",
                        "token-endpoint",
                        "jwks-uri",
                        "userinfo-endpoint",
                        "end-session-endpoint",
                        "revocation-endpoint",
                        "moved",
                        "own-admin",
                        "checked",
                        "often"));
    }

    @AfterAll
    static void stop() {
        rogues.close();
        sink.close();
        vertx.close();
    }

    @AfterEach
    void nothingWasCalled() {
        assertEquals(0, sink.accepts());
        rogues.honestSignIn();
    }

    /** Ways to write the sink's address, and others that are inside whatever listens. */
    private static List<String> spellings() {
        int port = sink.port();
        return List.of(
                "http://127.0.0.1:" + port,
                "https://127.0.0.1:" + port,
                "https://127.0.0.1",
                "http://127.1:" + port,
                "http://2130706433:" + port,
                "http://0x7f.1:" + port,
                "http://0177.0.0.1:" + port,
                "http://127.0.0.1.:" + port,
                "http://localhost:" + port,
                "http://localhost.:" + port,
                "http://[::1]:" + port,
                "http://[::ffff:127.0.0.1]:" + port,
                "http://[::127.0.0.1]:" + port,
                "http://[64:ff9b::7f00:1]:" + port,
                "http://[2002:7f00:1::]:" + port,
                "http://0.0.0.0:" + port,
                "http://good.example.com@127.0.0.1:" + port,
                "http://127.0.0.1:" + port + "\\@good.example.com",
                "http://%31%32%37.0.0.1:" + port,
                "https://169.254.169.254",
                "https://10.0.0.1",
                "https://metadata.google.internal",
                "https://idp.example.com:5432",
                rogues.broker.publicUrl + "/t/honest");
    }

    private static Answer application(String field, String url) {
        boolean keys = field.equals("jwks_uri");
        JsonObject body = new JsonObject()
                .put("name", "Probe")
                .put("type", "web")
                .put("redirect_uris", new JsonArray().add("https://probe.example/callback"))
                .put("resource", "https://probe.example")
                .put(field, url);
        return rogues.operator.post(
                "/applications", keys ? body.put("token_endpoint_auth_method", "private_key_jwt") : body);
    }

    private static Answer directory(String base, JsonObject auth) {
        return rogues.operator.put(
                "/tenants/honest/directory",
                new JsonObject().put("kind", "scim").put("base_url", base).put("auth", auth));
    }

    @Test
    @DisplayName(
            "C01, B13: no field takes an address inside, in any spelling; what is said is the same for all of them")
    void nothingInsideIsSaved() {
        JsonObject bearer = new JsonObject().put("type", "bearer").put("token", "directory-canary");
        Map<String, Function<String, Answer>> fields = Map.of(
                "issuer",
                url -> rogues.operator.post(
                        "/tenants/honest/connections",
                        new JsonObject()
                                .put("name", "Probe")
                                .put("protocol", "oidc")
                                .put("issuer", url)
                                .put("client_id", "probe")
                                .put("client_secret", "connection-canary")),
                "backchannel_logout_uri",
                url -> application("backchannel_logout_uri", url + "/logout"),
                "jwks_uri",
                url -> application("jwks_uri", url + "/jwks"),
                "base_url",
                url -> directory(url + "/scim/v2", bearer),
                "token_url",
                url -> directory(
                        rogues.idp(Rogues.HONEST).issuer() + "/scim/v2",
                        new JsonObject()
                                .put("type", "oauth2_client_credentials")
                                .put("token_url", url + "/token")
                                .put("client_id", "probe")
                                .put("client_secret", "directory-canary")));
        String count = "SELECT (SELECT count(*) FROM connections) + (SELECT count(*) FROM applications)"
                + " + (SELECT count(*) FROM directories)";
        long before = rogues.rows.number(count);
        fields.forEach((field, save) -> {
            for (String url : spellings()) {
                Answer answer = save.apply(url);
                assertTrue(answer.status() == 422 || answer.status() == 400, field + " " + url + ": " + answer.body());
                assertFalse(answer.body().contains("canary"), answer.body());
                if (!url.contains("\\") && !url.contains("%")) {
                    assertTrue(answer.body().contains("blocked_address"), field + " " + url + ": " + answer.body());
                }
            }
        });
        assertEquals(before, rogues.rows.number(count));
    }

    @Test
    @DisplayName("C01: a provider whose metadata names an endpoint inside is not believed, and nothing there is called")
    void metadataThatPointsInside() {
        for (String endpoint : ENDPOINTS) {
            String name = endpoint.replace('_', '-');
            rogues.idp(name).discovery = d -> d.put(endpoint, "http://" + sink.hostPort() + "/inside");
            assertEquals("idp_blocked", rogues.refused(name), endpoint);
        }
        rogues.idp("own-admin").discovery = d -> d.put("token_endpoint", rogues.broker.publicUrl + "/admin/v1/tenants");
        assertEquals("idp_blocked", rogues.refused("own-admin"));
    }

    @Test
    @DisplayName("C01: an address that is inside although it was saved is not called: provider, directory, notice")
    void whatWasSavedIsJudgedAgain() {
        String inside = "http://" + sink.hostPort();
        Tenant moved = rogues.tenant("moved");
        // The sign-out is told to an application whose address was good when it was saved.
        String redirect = "https://told.example/callback";
        String secret = rogues.broker.application(
                "told", redirect, Optional.of(rogues.idp(Rogues.HONEST).issuer() + "/told"));
        rogues.broker.enable(moved, "told");
        rogues.rows.change("UPDATE applications SET backchannel_logout_uri = '" + inside
                + "/told', version = version + 1 WHERE client_id = 'told'");
        Relying told = new Relying(rogues.broker.issuer("moved"), "told", secret, redirect);
        Browser browser = new Browser();
        told.tokens(browser);
        browser.post(told.issuer + "/logout", Map.of("confirm", "yes"));
        assertTrue(
                Await.within(SOON, () -> lastStatus("moved").isPresent()),
                rogues.operator.get("/tenants/moved/notices").body());
        assertEquals(Optional.of("blocked"), lastStatus("moved"));
        // The directory.
        rogues.directory("moved");
        rogues.rows.change("UPDATE directories SET base_url = '" + inside + "/scim/v2'");
        String run = rogues.pull("moved").encode();
        assertTrue(run.contains("blocked") && !run.contains("127.0.0.1"), "B13: " + run);
        // The provider, on a node that has not asked it yet.
        rogues.rows.change("UPDATE connections SET issuer = '" + inside + "', version = version + 1 WHERE tenant_id = '"
                + moved.id() + "'");
        try (var other = rogues.broker.anotherNode(rogues.idp(Rogues.HONEST).hostPort())) {
            Browser.Answer answer = other.through(new Browser()).get(told.authorizeUrl());
            assertNotNull(answer.parameter("error"), answer.toString());
        }
        assertTrue(rogues.rows.events("sign_in.failed", "idp_blocked") > 0);
    }

    private static Optional<String> lastStatus(String tenant) {
        JsonArray notices =
                rogues.operator.get("/tenants/" + tenant + "/notices").items();
        return notices.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(notices.getJsonObject(0).getString("last_status"));
    }

    @Test
    @DisplayName("B13: a connection's test says the same of an open and of a closed port inside, as fast")
    void checksAreNoScanner() {
        Tenant tenant = rogues.tenant("checked");
        String path = "/tenants/checked/connections/"
                + rogues.broker.connections(tenant).get(0).id();
        int closed = closedPort();
        String[] answers = new String[2];
        int[] ports = {sink.port(), closed};
        for (int i = 0; i < ports.length; i++) {
            rogues.rows.change("UPDATE connections SET issuer = 'http://127.0.0.1:" + ports[i]
                    + "', version = version + 1 WHERE tenant_id = '" + tenant.id() + "'");
            long begun = System.nanoTime();
            JsonObject answer =
                    rogues.operator.post(path + "/test", null).expect(200).json();
            assertTrue(System.nanoTime() - begun < 2_000_000_000L, "nobody waits for an answer");
            answers[i] = answer.getJsonArray("checks").encode();
        }
        assertEquals(answers[0], answers[1]);
        assertTrue(answers[0].contains("blocked"), answers[0]);
    }

    @Test
    @DisplayName("B13: one tenant's connections are checked twenty times a minute, and no more")
    void checksAreLimited() {
        Tenant tenant = rogues.tenant("often");
        String path = "/tenants/often/connections/"
                + rogues.broker.connections(tenant).get(0).id() + "/test";
        int refused = 0;
        // Twice as many and one: a minute may end in the middle.
        for (int i = 0; i < 41; i++) {
            refused += rogues.operator.post(path, null).status() == 429 ? 1 : 0;
        }
        assertTrue(refused > 0 && refused <= 21, refused + " were refused");
    }

    private static int closedPort() {
        try (var socket = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
