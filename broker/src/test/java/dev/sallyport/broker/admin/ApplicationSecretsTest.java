package dev.sallyport.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.admin.AdminCaller.Answer;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.Together;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A client secret is replaced while the application runs. */
class ApplicationSecretsTest {
    private static AdminHouse house;
    private static AdminCaller operator;
    private static Rows rows;
    private static final Browser BROWSER = new Browser();

    @BeforeAll
    static void open() {
        house = AdminHouse.open();
        operator = house.operator;
        rows = new Rows(house.broker);
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private record Client(String id, String secret, String path) {
        boolean isIn(String with) {
            Browser.Answer answer = BROWSER.post(
                    house.broker.issuer("acme") + "/token",
                    Map.of("grant_type", "client_credentials", "client_id", id, "client_secret", with));
            assertTrue(answer.status() == 200 || answer.status() == 401, answer.toString());
            return answer.status() == 200;
        }

        JsonArray secrets() {
            return operator.get(path).expect(200).items();
        }
    }

    private static Client client() {
        JsonObject made = operator.post(
                        "/applications",
                        new JsonObject()
                                .put("name", "Robot")
                                .put("type", "service")
                                .put("resource", "https://robot.example")
                                .put("token_endpoint_auth_method", "client_secret_post"))
                .expect(201)
                .json();
        String id = made.getString("client_id");
        house.broker.enable(house.broker.tenant("acme"), id);
        return new Client(id, made.getString("client_secret"), "/applications/" + id + "/secrets");
    }

    private static long events(Client client) {
        return rows.number("SELECT count(*) FROM audit_events WHERE subject = 'application:" + client.id() + "'");
    }

    @Test
    @DisplayName("D14: two secrets live side by side; the old one is given an end, then deleted, without an outage")
    void rotation() {
        Client client = client();
        String first = client.secrets().getJsonObject(0).getString("id");
        long before = events(client);
        Answer made = operator.post(client.path(), null).expect(201);
        String second = made.text("client_secret");
        assertTrue(second.startsWith("spx_") && second.startsWith(made.text("hint")), made.body());
        assertTrue(client.isIn(client.secret()) && client.isIn(second));
        assertEquals(2, client.secrets().size());
        assertFalse(client.secrets().encode().contains(second), "shown once");
        assertFalse(operator.get(client.path() + "/" + made.text("id"))
                .expect(200)
                .body()
                .contains("hash"));
        operator.post(client.path(), new JsonObject()).expect(409);
        operator.patch(client.path() + "/" + first, new JsonObject().put("expires_at", "2999-01-01T00:00:00+02:00"))
                .expect(200);
        assertTrue(client.isIn(client.secret()), "its end lies ahead");
        operator.patch(client.path() + "/" + first, new JsonObject().put("expires_at", "2020-01-01T00:00:00Z"))
                .expect(200);
        assertFalse(client.isIn(client.secret()));
        assertTrue(client.isIn(second));
        assertEquals(before + 3, events(client), "one event for each change, none for a refusal");
        String third = operator.post(client.path(), null).expect(201).text("client_secret");
        assertEquals(2, client.secrets().size(), "the expired one went");
        assertTrue(client.isIn(second) && client.isIn(third) && !client.isIn(client.secret()));
        operator.delete(client.path() + "/" + made.text("id")).expect(204);
        assertTrue(client.isIn(third) && !client.isIn(second));
        operator.delete(client.path() + "/" + made.text("id")).expect(404);
        operator.get(client.path() + "/" + made.text("id")).expect(404);
    }

    @Test
    @DisplayName("An ended secret does not come back beside two that are live")
    void noThird() {
        Client client = client();
        String first = client.secrets().getJsonObject(0).getString("id");
        operator.patch(client.path() + "/" + first, new JsonObject().put("expires_at", "2020-01-01T00:00:00Z"))
                .expect(200);
        operator.patch(client.path() + "/" + first, new JsonObject().putNull("expires_at"))
                .expect(200);
        assertTrue(client.isIn(client.secret()));
        operator.post(client.path(), null).expect(201);
        List<Integer> statuses =
                Together.run(6, i -> operator.post(client.path(), null).status());
        assertTrue(statuses.stream().allMatch(s -> s == 409), statuses.toString());
        Client other = client();
        List<Integer> raced =
                Together.run(6, i -> operator.post(other.path(), null).status());
        assertEquals(1, raced.stream().filter(s -> s == 201).count(), raced.toString());
    }

    @Test
    @DisplayName(
            "B13: a repetition with the same key makes one secret and does not show it again; If-Match guards changes")
    void idempotencyAndETag() {
        Client client = client();
        Answer first = operator.post(client.path(), new JsonObject(), "Idempotency-Key", client.id())
                .expect(201);
        Answer again = operator.post(client.path(), new JsonObject(), "Idempotency-Key", client.id())
                .expect(201);
        assertEquals(first.text("id"), again.text("id"));
        assertFalse(again.json().containsKey("client_secret"));
        assertEquals(2, client.secrets().size());
        String one = client.path() + "/" + first.text("id");
        String etag = operator.get(one).expect(200).etag();
        assertEquals(
                etag, operator.get("/applications/" + client.id()).expect(200).etag());
        JsonObject end = new JsonObject().put("expires_at", "2999-01-01T00:00:00Z");
        operator.patch(one, end, "If-Match", etag).expect(200);
        operator.patch(one, end, "If-Match", etag).expect(412);
        operator.delete(one, "If-Match", etag).expect(412);
        operator.delete(one, "If-Match", operator.get(one).expect(200).etag()).expect(204);
    }

    @Test
    @DisplayName("B01: only the operator; nothing for applications that have no secret")
    void refusals() {
        Client client = client();
        AdminCaller admin = house.admin("acme", "ann");
        for (Answer answer : List.of(
                admin.get(client.path()),
                admin.post(client.path(), null),
                AdminCaller.at(house.broker.publicUrl, null).get(client.path()))) {
            assertTrue(answer.status() == 401 || answer.status() == 403 || answer.status() == 404, answer.toString());
        }
        operator.get("/applications/nobody/secrets").expect(404);
        operator.post("/applications/nobody/secrets", null).expect(404);
        operator.post(client.path(), new JsonObject().put("expires_at", "2020-01-01T00:00:00Z"))
                .expect(422);
        operator.post(client.path(), new JsonObject().put("expires_at", "soon")).expect(400);
        operator.post(client.path(), new JsonObject().put("secret", "mine")).expect(400);
        operator.patch(client.path() + "/not-an-id", new JsonObject().putNull("expires_at"))
                .expect(400);
        house.broker.publicApplication("public", "https://public.example/cb");
        operator.post("/applications/public/secrets", null).expect(409);
        assertEquals(
                0,
                operator.get("/applications/public/secrets").expect(200).items().size());
        assertTrue(client.isIn(client.secret()));
    }
}
