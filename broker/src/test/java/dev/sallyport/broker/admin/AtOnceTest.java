package dev.sallyport.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller.Answer;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.broker.outside.Together;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two who change the same thing at the same moment. */
class AtOnceTest {
    private static AdminHouse house;

    @BeforeAll
    static void open() {
        house = AdminHouse.open();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    @Test
    @DisplayName("I11: two admins who suspend each other at the same moment, on two nodes, leave one")
    void oneAdminIsLeft() {
        Rows rows = new Rows(house.broker);
        try (TestBroker other = house.broker.anotherNode(house.idp.hostPort())) {
            String survivor = "round-0";
            String survivors = house.token("acme", survivor, "admins");
            for (int round = 1; round <= 6; round++) {
                String newcomer = "round-" + round;
                List<String> names = List.of(survivor, newcomer);
                List<String> tokens = List.of(survivors, house.token("acme", newcomer, "admins"));
                List<String> ids =
                        names.stream().map(n -> house.user("acme", n)).toList();
                List<Browser.Answer> answers = Together.run(2, i -> (i == 0 ? house.broker : other)
                        .through(new Browser())
                        .json(
                                "POST",
                                house.broker.publicUrl + "/admin/v1/tenants/acme/users/" + ids.get(1 - i) + "/suspend",
                                new JsonObject().put("reason", "race"),
                                "Authorization",
                                "Bearer " + tokens.get(i)));
                List<String> active =
                        rows.texts("SELECT user_name FROM users WHERE status = 'active' AND user_name IN ('" + survivor
                                + "@acme.example', '" + newcomer + "@acme.example')");
                assertEquals(1, active.size(), "round " + round + ": " + answers);
                int left = active.get(0).startsWith(survivor + "@") ? 0 : 1;
                assertEquals(200, answers.get(left).status(), answers.toString());
                survivor = names.get(left);
                survivors = tokens.get(left);
            }
        }
    }

    @Test
    void ifMatchHoldsUntilTheDeletingIsDone() throws Exception {
        String app = house.operator
                .post(
                        "/applications",
                        new JsonObject().put("name", "a").put("type", "service").put("resource", "https://a.example"))
                .expect(201)
                .text("client_id");
        house.operator
                .post("/tenants", new JsonObject().put("slug", "going").put("name", "Going"))
                .expect(201);
        for (String[] row : new String[][] {
            {"/applications/" + app, "UPDATE applications SET version = version + 1 WHERE client_id = '" + app + "'"},
            {"/tenants/going", "UPDATE tenants SET version = version + 1 WHERE slug = 'going'"}
        }) {
            String etag = house.operator.get(row[0]).expect(200).etag();
            Answer answer = whileChanging(List.of(row[1]), () -> house.operator.delete(row[0], "If-Match", etag));
            assertEquals(412, answer.status(), answer.body());
            house.operator.get(row[0]).expect(200);
            // The node hears of a change that was made past it a moment later.
            AdminHouse.eventually(() -> {
                String now = house.operator.get(row[0]).expect(200).etag();
                return house.operator.delete(row[0], "If-Match", now).status() == 204
                        ? Optional.of(true)
                        : Optional.empty();
            });
        }
        Answer permissions = house.operator.get("/permissions").expect(200);
        JsonArray wanted = new JsonArray(permissions.items().stream()
                .map(JsonObject.class::cast)
                .map(p -> new JsonObject().put("name", p.getString("name")).put("description", "changed"))
                .toList());
        assertEquals(
                412,
                whileChanging(
                                List.of(
                                        "SELECT pg_advisory_xact_lock(hashtext('sallyport.catalogue'))",
                                        "INSERT INTO permissions (name) VALUES ('late:one')"),
                                () -> house.operator.put("/permissions", wanted, "If-Match", permissions.etag()))
                        .status());
    }

    private static String service(String name) {
        return house.operator
                .post(
                        "/applications",
                        new JsonObject()
                                .put("name", name)
                                .put("type", "service")
                                .put("resource", "https://" + name + ".example"))
                .expect(201)
                .text("client_id");
    }

    @Test
    @DisplayName("C09: what is removed while somebody changes it, or changes something to name it, is no server error")
    void removedMeanwhile() throws Exception {
        String going = service("going");
        assertEquals(
                404,
                whileChanging(
                                List.of("DELETE FROM applications WHERE client_id = '" + going + "'"),
                                () -> house.operator.patch("/applications/" + going, new JsonObject().put("name", "b")))
                        .status());
        String target = service("target");
        assertEquals(
                409,
                whileChanging(
                                List.of("DELETE FROM applications WHERE client_id = '" + target + "'"),
                                () -> house.operator.put("/tenants/acme/applications/" + target, new JsonObject()))
                        .status());
        house.broker.publicApplication("board", "https://board.example/cb");
        house.broker.enable(house.broker.tenant("acme"), "board");
        Browser.Answer pushed =
                whileChanging(List.of("DELETE FROM applications WHERE client_id = 'board'"), () -> new Browser()
                        .post(
                                house.broker.issuer("acme") + "/par",
                                Map.of(
                                        "client_id", "board",
                                        "redirect_uri", "https://board.example/cb",
                                        "response_type", "code",
                                        "code_challenge", Relying.challenge(Relying.VERIFIER),
                                        "code_challenge_method", "S256")));
        assertEquals(503, pushed.status(), pushed.toString());
    }

    /** Sends a request while a transaction holds what it is about, and commits when the request waits for it. */
    private static <T> T whileChanging(List<String> changes, Supplier<T> request) throws Exception {
        try (Connection connection = house.broker.database.asOwner()) {
            connection.setAutoCommit(false);
            for (String change : changes) {
                execute(connection, change);
            }
            CompletableFuture<T> answer = CompletableFuture.supplyAsync(request);
            Rows rows = new Rows(house.broker);
            AdminHouse.eventually(() -> answer.isDone()
                            || rows.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") > 0
                    ? Optional.of(true)
                    : Optional.empty());
            connection.commit();
            return answer.get(30, TimeUnit.SECONDS);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
