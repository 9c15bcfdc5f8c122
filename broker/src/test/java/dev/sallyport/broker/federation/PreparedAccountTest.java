package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An account that somebody prepared for a person who has yet to come, with something left behind in it. */
class PreparedAccountTest {
    private static final String REDIRECT = "https://ledger.example/callback";

    private static Vertx vertx;
    private static EvilIdp idp;
    private static EvilIdp second;
    private static TestBroker broker;
    private static Rows rows;
    private static Tenant acme;
    private static Connection connection;
    private static Connection other;
    private static Relying app;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        second = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort(), second.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        connection = broker.connections(acme).get(0);
        other = broker.connect(acme, second, "sallyport-second");
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        second.close();
        vertx.close();
    }

    private static UUID prepared(String name) {
        UUID user = UUID.randomUUID();
        rows.change("INSERT INTO users (tenant_id, id, status, user_name, email, source, status_cause) VALUES ('"
                + acme.id() + "', '" + user + "', 'staged', '" + name + "', '" + name + "', 'admin', 'import')");
        return user;
    }

    private static void awaited(UUID user, String subject, String name) {
        rows.change("INSERT INTO awaited_identities (tenant_id, user_id, connection_id, subject, user_name) VALUES ('"
                + acme.id() + "', '" + user + "', '" + connection.id() + "', " + subject + ", " + name + ")");
    }

    private static void key(UUID user) {
        rows.change("INSERT INTO api_keys (tenant_id, id, key_hash, user_id, name) VALUES ('" + acme.id()
                + "', gen_random_uuid(), sha256('" + user + "'::bytea), '" + user + "', 'left behind')");
    }

    private static Browser.Answer signIn(EvilIdp by, Connection at, String sub, String name) {
        by.person = new JsonObject()
                .put("sub", sub)
                .put("email", name)
                .put("email_verified", true)
                .put("preferred_username", name);
        return app.signIn(new Browser(), "connection", at.id().toString());
    }

    private static String subject(Browser.Answer back) throws Exception {
        JsonObject tokens = app.redeem(new Browser(), back.parameter("code")).json();
        return SignedJWT.parse(tokens.getString("access_token"))
                .getJWTClaimsSet()
                .getSubject();
    }

    @Test
    @DisplayName("A16: whoever the account waits for takes it over, and what was left behind in it is dead")
    void leftBehind() throws Exception {
        UUID user = prepared("victim@acme.example");
        awaited(user, "NULL", "'victim@acme.example'");
        key(user);
        Browser.Answer back = signIn(idp, connection, "victim", "victim@acme.example");
        assertNotNull(back.parameter("code"), back.toString());
        assertEquals(user.toString(), subject(back));
        assertEquals(
                List.of("adopted"),
                rows.texts("SELECT end_cause FROM api_keys WHERE user_id = '" + user + "' AND ended_at IS NOT NULL"));
        assertEquals(
                0, rows.number("SELECT count(*) FROM api_keys WHERE user_id = '" + user + "' AND ended_at IS NULL"));
        assertEquals(0, rows.number("SELECT count(*) FROM awaited_identities WHERE user_id = '" + user + "'"));
        assertEquals(1, rows.events("person.adopted", "first_sign_in"));
        assertNotNull(signIn(idp, connection, "victim", "victim@acme.example").parameter("code"), "and comes again");
    }

    @Test
    @DisplayName(
            "A16: an account that waits for the attacker's own subject under the victim's name is not the victim's, and they are told no")
    void trojanSubject() {
        UUID user = prepared("trojan@acme.example");
        awaited(user, "'attacker'", "NULL");
        key(user);
        refused(signIn(idp, connection, "the-victim", "trojan@acme.example"));
        assertEquals(
                List.of("staged"),
                rows.texts("SELECT status FROM users WHERE id = '" + user + "'"),
                "nothing was adopted");
    }

    @Test
    @DisplayName("A16: an account that somebody is in already is adopted by nobody, by no connection")
    void secondLink() {
        assertNotNull(signIn(second, other, "attacker", "linked@acme.example").parameter("code"));
        String user = rows.texts("SELECT id FROM users WHERE user_name = 'linked@acme.example'")
                .get(0);
        rows.change("UPDATE users SET status = 'staged' WHERE id = '" + user + "'");
        awaited(UUID.fromString(user), "NULL", "'linked@acme.example'");
        refused(signIn(idp, connection, "linked", "linked@acme.example"));
        assertEquals(1, rows.number("SELECT count(*) FROM identities WHERE user_id = '" + user + "'"));
    }

    @Test
    @DisplayName("A16: an account that waits at one connection is not taken over by another, nor in another tenant")
    void otherConnection() {
        UUID user = prepared("elsewhere@acme.example");
        awaited(user, "NULL", "'elsewhere@acme.example'");
        refused(signIn(second, other, "anybody", "elsewhere@acme.example"));
        Tenant globex = broker.liveTenant("globex", second);
        broker.enable(globex, "ledger");
        second.person = new JsonObject().put("sub", "anybody").put("preferred_username", "elsewhere@acme.example");
        assertNotNull(new Relying(broker.issuer("globex"), "ledger", app.secret, REDIRECT)
                .signIn(new Browser())
                .parameter("code"));
        assertEquals(List.of("staged"), rows.texts("SELECT status FROM users WHERE id = '" + user + "'"));
    }

    private static void refused(Browser.Answer back) {
        assertEquals("access_denied", back.parameter("error"), back.toString());
        String event = rows.lastEvent().orElseThrow();
        assertEquals("sign_in.refused name_taken", event);
        assertFalse(back.toString().contains("session="), back.toString());
    }
}
