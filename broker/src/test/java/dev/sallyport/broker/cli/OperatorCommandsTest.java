package dev.sallyport.broker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminHouse;
import dev.sallyport.broker.outside.Browser;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The operator's commands against a running broker. */
class OperatorCommandsTest {
    private static AdminHouse house;

    @BeforeAll
    static void open() {
        house = AdminHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private record Result(int code, String out, String err) {
        Result expect(int expected) {
            assertEquals(expected, code, out + err);
            return this;
        }

        JsonObject json() {
            return new JsonObject(out);
        }
    }

    private static CommandLine line() {
        CommandLine line = new CommandLine(new Sallyport());
        OperatorCommands.all().forEach(line::addSubcommand);
        return line;
    }

    private static Result run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = line();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = line.execute(arguments);
        return new Result(code, out.toString(), err.toString());
    }

    private static Result sallyport(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.addAll(List.of("--server", house.broker.publicUrl, "--token", TestBroker.OPERATOR));
        return run(all.toArray(String[]::new));
    }

    @Test
    void anApplicationIsEntrustedFromTheTerminalAndAnythingLeftOutIsTakenAway() {
        String id = sallyport(
                        "app",
                        "create",
                        "--name",
                        "A",
                        "--type",
                        "service",
                        "--resource",
                        "https://a.example",
                        "--json")
                .expect(0)
                .json()
                .getString("client_id");
        JsonObject entrusted = sallyport(
                        "app", "entrust", id, "--exchanges-api-keys", "--on-behalf-of", "ledger", "--json")
                .expect(0)
                .json();
        assertEquals(
                new JsonObject().put("api_keys", true).put("on_behalf_of", new JsonArray().add("ledger")),
                entrusted.getJsonObject("token_exchange"));
        assertEquals(
                new JsonArray(),
                sallyport("app", "entrust", id, "--manages-api-keys", "--json")
                        .expect(0)
                        .json()
                        .getJsonObject("token_exchange")
                        .getJsonArray("on_behalf_of"));
        sallyport("app", "entrust", id, "--on-behalf-of", "nobody").expect(1);
    }

    @Test
    void keysOfAConnectionAreReplacedAndWithdrawnFromTheTerminal() {
        String id = house.operator
                .post(
                        "/tenants/acme/connections",
                        new JsonObject()
                                .put("name", "By key")
                                .put("protocol", "oidc")
                                .put("issuer", house.idp.issuer())
                                .put("client_id", "by-key")
                                .put("token_endpoint_auth_method", "private_key_jwt"))
                .expect(201)
                .text("id");
        String first = sallyport("connection-keys", "list", "acme", id, "--json")
                .expect(0)
                .out();
        assertTrue(first.contains("active"), first);
        String second = sallyport("connection-keys", "rotate", "acme", id, "--activate-in", "3600", "--json")
                .expect(0)
                .json()
                .getString("kid");
        sallyport("connection-keys", "rotate", "acme", id).expect(1);
        sallyport("connection-keys", "withdraw", "acme", id, second).expect(0);
        sallyport("connection-keys", "withdraw", "acme", id, second).expect(1);
    }

    @Test
    void apiKeysAreMadeListedLimitedAndEndedFromTheTerminal() {
        house.token("acme", "keya", "staff");
        String user = house.user("acme", "keya");
        JsonObject made = sallyport(
                        "api-keys", "create", "acme", user, "--name", "ci", "--scope", "reports:read", "--json")
                .expect(0)
                .json();
        String id = made.getString("id");
        assertTrue(made.getString("key").startsWith("spk_"));
        Result list = sallyport("api-keys", "list", "acme", "--user", user, "--state", "live")
                .expect(0);
        assertTrue(list.out().contains(id), list.out());
        assertFalse(list.out().contains("spk_"), list.out());
        sallyport("api-keys", "limit", "acme", id, "--expires-in", "3600").expect(0);
        sallyport("api-keys", "limit", "acme", id, "--scope", "reports:read,reports:write")
                .expect(1);
        sallyport("api-keys", "revoke", "acme", id).expect(0);
        sallyport("api-keys").expect(2);
        assertTrue(sallyport("api-keys", "list", "acme", "--state", "ended")
                .expect(0)
                .out()
                .contains(id));
    }

    @Test
    @DisplayName("A10: a connection is switched off from the terminal, with its sessions or without")
    void connectionsAreSwitchedFromTheTerminal() {
        JsonObject connection = new JsonArray(sallyport("connection", "list", "acme", "--json")
                        .expect(0)
                        .out())
                .getJsonObject(0);
        String id = connection.getString("id");
        String rests = house.token("acme", "rests", "staff");
        sallyport("connection", "disable", "acme", id, "--keep-sessions").expect(0);
        assertEquals(401, userInfo(rests));
        sallyport("connection", "enable", "acme", id).expect(0);
        assertEquals(200, userInfo(rests));
        assertEquals(
                "disabled",
                sallyport("connection", "disable", "acme", id, "--json")
                        .expect(0)
                        .json()
                        .getString("status"));
        sallyport("connection", "enable", "acme", id).expect(0);
        assertEquals(401, userInfo(rests));
        assertEquals(
                900,
                sallyport("connection", "liveness", "acme", id, "--every", "900", "--json")
                        .expect(0)
                        .json()
                        .getInteger("liveness_seconds"));
        assertNull(sallyport("connection", "liveness", "acme", id, "--json")
                .expect(0)
                .json()
                .getInteger("liveness_seconds"));
        sallyport("connection", "liveness", "acme", id, "--every", "5").expect(1);
        sallyport("connection", "disable", "acme", "nothing").expect(1);
    }

    @Test
    void routingRulesAreChangedFromTheTerminal() {
        String id = house.connection("globex");
        sallyport("routing", "add", "globex", id).expect(0);
        JsonArray rules = new JsonArray(sallyport("routing", "add", "globex", id, "--application", "ledger", "--json")
                .expect(0)
                .out());
        assertEquals(2, rules.size());
        assertEquals("ledger", rules.getJsonObject(1).getString("application"));
        sallyport("routing", "add", "globex", id, "--domain", "never.example").expect(1);
        sallyport("routing", "remove", "globex", "3").expect(1);
        sallyport("routing", "remove", "globex", "1").expect(0);
        sallyport("routing", "remove", "globex", "1").expect(0);
        assertEquals(
                "[ ]",
                sallyport("routing", "list", "globex", "--json").expect(0).out().strip());
    }

    private static int userInfo(String token) {
        return new Browser()
                .get(house.broker.issuer("acme") + "/userinfo", "Authorization", "Bearer " + token)
                .status();
    }

    @Test
    void tenantsAndAppsAndLinksAreMadeFromTheTerminal() {
        JsonObject made = sallyport("tenant", "create", "umbra", "--name", "Umbra", "--json")
                .expect(0)
                .json();
        assertEquals("pending", made.getString("status"));
        Result list = sallyport("tenant", "list").expect(0);
        assertTrue(list.out().startsWith("SLUG"), list.out());
        assertTrue(list.out().contains("umbra"), list.out());
        assertEquals(
                3, new JsonArray(sallyport("tenant", "list", "--json").expect(0).out()).size());
        JsonObject app = sallyport(
                        "app",
                        "create",
                        "--name",
                        "Notes",
                        "--type",
                        "web",
                        "--resource",
                        "https://notes.example",
                        "--redirect-uri",
                        "https://notes.example/cb",
                        "--json")
                .expect(0)
                .json();
        sallyport("app", "enable", "umbra", app.getString("client_id")).expect(0);
        Result link = sallyport("setup-link", "create", "umbra", "--purpose", "federate,domain")
                .expect(0);
        assertTrue(link.out().contains("/setup/umbra."), link.out());
        String id = new JsonArray(sallyport("setup-link", "list", "umbra", "--json")
                        .expect(0)
                        .out())
                .getJsonObject(0)
                .getString("id");
        sallyport("setup-link", "revoke", "umbra", id).expect(0);
        sallyport("app", "disable", "umbra", app.getString("client_id")).expect(0);
        sallyport("app", "show", app.getString("client_id")).expect(0);
        sallyport("app", "list").expect(0);
        JsonObject second = sallyport("app", "secret", "add", app.getString("client_id"), "--json")
                .expect(0)
                .json();
        assertTrue(second.getString("client_secret").startsWith(second.getString("hint")));
        assertTrue(sallyport("app", "secret", "add", app.getString("client_id"))
                .expect(1)
                .err()
                .contains("(409)"));
        assertTrue(sallyport("app", "secret", "list", app.getString("client_id"))
                .expect(0)
                .out()
                .contains(second.getString("id")));
        sallyport("app", "secret", "end", app.getString("client_id"), second.getString("id"))
                .expect(0);
        sallyport("app", "secret", "end", app.getString("client_id"), second.getString("id"), "--at", "soon")
                .expect(2);
        sallyport("app", "secret", "delete", app.getString("client_id"), second.getString("id"))
                .expect(0);
        sallyport("app", "delete", app.getString("client_id"), "--yes").expect(0);
        sallyport("tenant", "activate", "umbra").expect(0);
        assertTrue(sallyport("tenant", "suspend", "umbra").expect(0).out().contains("suspended"));
        sallyport("tenant", "show", "umbra").expect(0);
        sallyport("tenant", "delete", "umbra", "--yes").expect(0);
    }

    @Test
    void refusalsSayWhyAndWhere() {
        Result bad = sallyport("tenant", "create", "Not-A-Slug").expect(1);
        assertTrue(bad.err().contains("#/slug"), bad.err());
        assertTrue(sallyport("tenant", "show", "nobody").expect(1).err().contains("(404)"));
        Result stranger = run("tenant", "list", "--server", house.broker.publicUrl, "--token", "spo_wrong")
                .expect(1);
        assertFalse(stranger.err().contains("spo_wrong"), "H07");
        Result nobody = run("tenant", "list", "--server", "http://127.0.0.1:1", "--token", "x")
                .expect(1);
        assertTrue(nobody.err().contains("http://127.0.0.1:1"), nobody.err());
        run("tenant", "list", "--server", "not an address", "--token", "x").expect(1);
        sallyport("tenant").expect(2);
        sallyport("tenant", "delete", "acme").expect(2);
        sallyport("tenant", "frobnicate").expect(2);
        sallyport("offboard", "acme", "somebody").expect(2);
    }

    @Test
    void peopleAreSentApprovedAndOffboarded(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("people.csv"), "user_name,email\nquinn,quinn@acme.example\n");
        JsonObject sent = sallyport("import", "send", "acme", file.toString(), "--json")
                .expect(0)
                .json();
        sallyport("import", "show", "acme", sent.getString("id")).expect(0);
        sallyport("import", "list", "acme").expect(0);
        assertTrue(sallyport("import", "approve", "acme", sent.getString("id"))
                .expect(1)
                .err()
                .contains("(403)"));
        house.admin("acme", "ann")
                .post("/tenants/acme/imports/" + sent.getString("id") + "/approve", null)
                .expect(202);
        AdminHouse.eventually(() -> Optional.of(sallyport("offboard", "acme", "quinn", "--reason", "test"))
                .filter(result -> result.code() == 0));
        assertTrue(sallyport("offboard", "acme", "nobody", "--reason", "x")
                .expect(1)
                .err()
                .contains("nobody"));
        sallyport("import", "send", "acme", folder.resolve("missing.csv").toString())
                .expect(1);
        Path json = Files.writeString(folder.resolve("p.json"), "{\"people\":[{\"user_name\":\"rae\"}]}");
        String id = sallyport("import", "send", "acme", json.toString(), "--json")
                .expect(0)
                .json()
                .getString("id");
        sallyport("import", "reject", "acme", id, "--reason", "test").expect(0);
    }

    @Test
    void theRestAnswers() {
        sallyport("ghosts", "acme").expect(0);
        sallyport("keys", "list", "acme").expect(0);
        sallyport("keys", "rotate", "globex", "--alg", "RS256").expect(0);
        sallyport("audit", "list", "acme", "--limit", "5").expect(0);
        sallyport("audit", "list", "acme", "--action", "tenant", "--json").expect(0);
        assertTrue(sallyport("audit", "verify").expect(0).out().contains("globex"));
        sallyport("sync", "list", "acme").expect(0);
        assertTrue(sallyport("sync", "run", "acme").expect(1).err().contains("no directory"));
        assertTrue(run("openapi", "--server", house.broker.publicUrl)
                .expect(0)
                .out()
                .contains("\"openapi\":\"3.1.0\""));
    }

    @Test
    void everyCommandHasHelpWithAnExample() {
        for (CommandLine command : line().getSubcommands().values()) {
            helpful(command);
            for (CommandLine below : command.getSubcommands().values()) {
                helpful(below);
                below.getSubcommands().values().forEach(OperatorCommandsTest::helpful);
            }
        }
        Result help = run("tenant", "--help").expect(0);
        assertTrue(help.out().contains("--server"), help.out());
    }

    private static void helpful(CommandLine command) {
        String help = command.getUsageMessage();
        assertTrue(help.contains("Example"), help);
        assertTrue(help.contains("--help"), help);
    }
}
