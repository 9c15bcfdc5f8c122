package dev.sallyport.scim.push;

import static dev.sallyport.scim.Waiting.await;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.TestDatabase;
import dev.sallyport.scim.directory.RowsPeople;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantRegistry;
import dev.sallyport.tenant.secret.MasterKey;
import dev.sallyport.tenant.secret.SealedSecrets;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.sqlclient.Tuple;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** A SCIM service provider with two tenants, spoken to over HTTP. */
final class PushHouse {
    private static final TestDatabase DATABASE = TestDatabase.fresh();

    final Vertx vertx = Vertx.vertx();
    final Database database = DATABASE.open(vertx);
    final RowsPeople people = new RowsPeople(database);
    final ScimTokens tokens = new ScimTokens(database);
    final ConfigCache cache = await(ConfigCache.start(vertx, database));
    final TenantRegistry tenants = new TenantRegistry(
            database, new SealedSecrets(database, MasterKey.of(TestDatabase.masterKey(), false)), cache);
    final HttpServer server;
    final WebClient client = WebClient.create(vertx);
    final Tenant acme = tenant();
    final Tenant globex = tenant();
    final String token = token(acme);

    PushHouse() {
        Router router = Router.router(vertx);
        new ScimRoutes("https://broker.example", database, tenants, tokens, new Refusals(database), people)
                .mount(router);
        server = await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    }

    void close() {
        client.close();
        await(server.close());
        await(cache.close());
        await(database.close());
        await(vertx.close());
    }

    String token(Tenant tenant) {
        return await(tokens.create(tenant.id(), ScimTokens.LIFE, "operator")).secret();
    }

    private Tenant tenant() {
        String slug = "t" + UUID.randomUUID().toString().replace("-", "");
        Tenant tenant = await(tenants.create(slug, "Test", "shared", "operator"));
        await(database.platform(
                "UPDATE tenants SET status = 'active' WHERE id = $1",
                Tuple.of(tenant.id().value())));
        return tenant;
    }

    HttpResponse<Buffer> get(String path) {
        return send(HttpMethod.GET, path, null);
    }

    HttpResponse<Buffer> send(HttpMethod method, String path, JsonObject body) {
        return send(method, acme, path, "Bearer " + token, "application/scim+json; charset=utf-8", body);
    }

    HttpResponse<Buffer> send(
            HttpMethod method, Tenant tenant, String path, String authorization, String contentType, JsonObject body) {
        var request =
                client.request(method, server.actualPort(), "127.0.0.1", "/t/" + tenant.slug() + "/scim/v2" + path);
        if (authorization != null) {
            request.putHeader("Authorization", authorization);
        }
        if (body == null) {
            return await(request.send());
        }
        return await(request.putHeader("Content-Type", contentType).sendBuffer(body.toBuffer()));
    }

    /** A person made by POST; the id. */
    String person(String userName) {
        HttpResponse<Buffer> created = send(
                HttpMethod.POST,
                "/Users",
                new JsonObject()
                        .put("userName", userName)
                        .put("externalId", "ext-" + userName)
                        .put("active", true));
        if (created.statusCode() != 201) {
            throw new AssertionError(created.statusCode() + " " + created.bodyAsString());
        }
        return created.bodyAsJsonObject().getString("id");
    }

    HttpResponse<Buffer> patch(String path, String operations) {
        String json = operations.replace("\\'", "\\\"").replace('\'', '"');
        return send(
                HttpMethod.PATCH,
                path,
                new JsonObject("{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":["
                        + json + "]}"));
    }

    String status(String id) {
        var rows = await(database.tenants()
                .query(
                        acme.id(),
                        "SELECT status FROM users WHERE tenant_id = $1 AND id = $2",
                        Tuple.of(acme.id().value(), UUID.fromString(id))));
        return rows.iterator().next().getString("status");
    }

    Set<String> members(String group) {
        Set<String> ids = new TreeSet<>();
        await(database.tenants()
                        .query(
                                acme.id(),
                                "SELECT user_id FROM memberships WHERE tenant_id = $1 AND group_id = $2",
                                Tuple.of(acme.id().value(), UUID.fromString(group))))
                .forEach(row -> ids.add(row.getUUID("user_id").toString()));
        return ids;
    }

    void execute(TenantId tenant, String sql, Object... more) {
        Tuple arguments = Tuple.of(tenant.value());
        for (Object one : more) {
            arguments.addValue(one);
        }
        await(database.tenants().query(tenant, sql, arguments));
    }

    static JsonArray memberList(String... ids) {
        JsonArray members = new JsonArray();
        for (String id : ids) {
            members.add(new JsonObject().put("value", id));
        }
        return members;
    }
}
