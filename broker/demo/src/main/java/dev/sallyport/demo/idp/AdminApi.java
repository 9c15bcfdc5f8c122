package dev.sallyport.demo.idp;

import com.nimbusds.jose.JWSAlgorithm;
import dev.sallyport.demo.page.Secrets;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A few JSON endpoints under {@code /admin} for a story that runs in another process. Bearer: the admin token. */
final class AdminApi {

    private final DemoIdp idp;
    private final Provider provider;

    AdminApi(DemoIdp idp, Provider provider) {
        this.idp = idp;
        this.provider = provider;
    }

    void mount(Router router) {
        router.route("/admin/*").handler(this::authenticate);
        router.put("/admin/clients/:id").handler(this::putClient);
        router.delete("/admin/clients/:id").handler(ctx -> {
            provider.clients.remove(ctx.pathParam("id"));
            ctx.response().setStatusCode(204).end();
        });
        router.get("/admin/people")
                .handler(ctx -> send(
                        ctx,
                        200,
                        new JsonObject()
                                .put(
                                        "items",
                                        new JsonArray(provider.people.all().stream()
                                                .map(AdminApi::describe)
                                                .toList()))));
        router.post("/admin/people").handler(this::postPerson);
        router.delete("/admin/people/:email").handler(ctx -> answer(ctx, idp.removePerson(ctx.pathParam("email"))));
        router.post("/admin/people/:email/logout")
                .handler(ctx -> answer(ctx, idp.logoutPerson(ctx.pathParam("email"))));
        router.put("/admin/people/:email/groups").handler(ctx -> {
            idp.setGroups(ctx.pathParam("email"), strings(ctx.body().asJsonObject(), "groups"));
            ctx.response().setStatusCode(204).end();
        });
    }

    private void authenticate(RoutingContext ctx) {
        String header = Optional.ofNullable(ctx.request().getHeader(HttpHeaders.AUTHORIZATION))
                .orElse("");
        if (Secrets.same(header, "Bearer " + provider.adminToken)) {
            ctx.next();
        } else {
            ctx.response().putHeader("WWW-Authenticate", "Bearer");
            throw new OidcException(401, "invalid_token", "the admin token is needed");
        }
    }

    private void putClient(RoutingContext ctx) {
        JsonObject body = ctx.body().asJsonObject();
        String id = ctx.pathParam("id");
        idp.registerClient(new IdpClient(
                id,
                body.getString("name", id),
                body.getString("client_secret", ""),
                Set.copyOf(strings(body, "redirect_uris")),
                Set.copyOf(strings(body, "post_logout_redirect_uris")),
                body.getString("backchannel_logout_uri", ""),
                JWSAlgorithm.parse(body.getString("id_token_signed_response_alg", "ES256"))));
        ctx.response().setStatusCode(204).end();
    }

    private void postPerson(RoutingContext ctx) {
        JsonObject body = ctx.body().asJsonObject();
        Person person = new Person(
                body.getString("sub", Secrets.random()),
                text(body, "email"),
                text(body, "name"),
                body.getString("given_name", ""),
                body.getString("family_name", ""),
                text(body, "password"),
                strings(body, "groups"));
        idp.addPerson(person);
        send(ctx, 201, describe(person));
    }

    private static JsonObject describe(Person person) {
        return new JsonObject()
                .put("sub", person.subject())
                .put("email", person.email())
                .put("name", person.name())
                .put("groups", new JsonArray(person.groups()));
    }

    private static void answer(RoutingContext ctx, Future<LogoutNotices> notices) {
        notices.onSuccess(sent -> send(
                        ctx,
                        200,
                        new JsonObject().put("notices_due", sent.due()).put("notices_accepted", sent.accepted())))
                .onFailure(ctx::fail);
    }

    private static String text(JsonObject body, String name) {
        return Optional.ofNullable(body.getString(name))
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> new IllegalArgumentException(name + " is missing"));
    }

    private static List<String> strings(JsonObject body, String name) {
        return body.getJsonArray(name, new JsonArray()).stream()
                .map(String::valueOf)
                .distinct()
                .toList();
    }

    private static void send(RoutingContext ctx, int status, JsonObject body) {
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body.toBuffer());
    }
}
