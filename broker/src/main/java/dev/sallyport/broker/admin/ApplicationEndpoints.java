package dev.sallyport.broker.admin;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import dev.sallyport.broker.application.Application;
import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.application.ClientKeys;
import dev.sallyport.broker.application.Entrusted;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** {@code /admin/v1/applications}: the vendor's applications. */
final class ApplicationEndpoints implements Endpoint.Family {
    private static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

    private final AdminParts parts;
    private final Applications applications;
    private final ApplicationRules rules;

    ApplicationEndpoints(AdminParts parts) {
        this.parts = parts;
        this.applications = parts.applications();
        this.rules = new ApplicationRules(parts.policy());
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "createApplication", this::create,
                "listApplications", this::list,
                "getApplication", this::get,
                "updateApplication", this::update,
                "deleteApplication", this::delete);
    }

    private Future<Answer> create(Call call) {
        JsonObject body = call.body();
        String type = body.getString("type");
        Application blank = new Application(
                "app_" + Bearer.random(12),
                body.getString("name"),
                type,
                List.of(),
                List.of(),
                Optional.empty(),
                body.getString("resource"),
                false,
                Applications.defaultAuthMethod(type),
                JWSAlgorithm.ES256,
                List.of(),
                parts.clock().instant(),
                1);
        Application wanted = rules.checked(changed(blank, body));
        return rules.targets(wanted, applications)
                .compose(v -> applications.register(wanted, call.actor()))
                .compose(registered -> applications
                        .find(wanted.clientId())
                        .map(Call::found)
                        .compose(this::json)
                        .map(json -> {
                            Answer answer = Answer.created(
                                            json, parts.publicUrl() + "/admin/v1/applications/" + wanted.clientId())
                                    .version(1);
                            return registered
                                    .secret()
                                    .map(secret -> answer.showing("client_secret", secret))
                                    .orElse(answer);
                        }));
    }

    private Future<Answer> list(Call call) {
        String after = call.cursor()
                .map(cursor -> Cursor.key(cursor, id -> CLIENT_ID.matcher(id).matches()))
                .orElse("");
        return applications.list(after, call.limit() + 1).compose(found -> updated(found)
                .map(times -> Answer.ok(Listing.page(
                        found,
                        call.limit(),
                        application -> json(application, times.get(application.clientId())),
                        Application::clientId))));
    }

    private Future<Answer> get(Call call) {
        return find(call).compose(this::answer);
    }

    private Future<Answer> update(Call call) {
        return find(call)
                .compose(now -> {
                    Application wanted = rules.checked(changed(now, call.body()));
                    return rules.targets(wanted, applications)
                            .compose(v -> applications.update(wanted, call.ifVersion(), call.actor()))
                            .map(Call::found);
                })
                .compose(this::answer);
    }

    private Future<Answer> delete(Call call) {
        return find(call)
                .compose(application -> applications.delete(application, call.ifVersion(), call.actor()))
                .map(deleted -> {
                    if (!deleted) {
                        throw Problem.notFound();
                    }
                    return Answer.gone();
                });
    }

    private Future<Application> find(Call call) {
        return applications.find(call.path("client_id")).map(Call::found);
    }

    private static Application changed(Application now, JsonObject body) {
        return new Application(
                now.clientId(),
                body.getString("name", now.name()),
                now.type(),
                texts(body, "redirect_uris", now.redirectUris()),
                texts(body, "post_logout_redirect_uris", now.postLogoutRedirectUris()),
                body.containsKey("backchannel_logout_uri")
                        ? Optional.ofNullable(body.getString("backchannel_logout_uri"))
                        : now.backchannelLogoutUri(),
                body.getString("resource", now.resource()),
                body.getBoolean("third_party", now.thirdParty()),
                body.getString("token_endpoint_auth_method", now.tokenEndpointAuthMethod()),
                JWSAlgorithm.parse(
                        body.getString("signing_alg", now.signingAlgorithm().getName())),
                now.secrets(),
                keys(body, now.keys()),
                body.getBoolean("require_pushed_authorization_requests", now.requirePar()),
                now.createdAt(),
                now.version(),
                entrusted(body, now.entrusted()));
    }

    private static Entrusted entrusted(JsonObject body, Entrusted now) {
        JsonObject exchange = body.getJsonObject("token_exchange");
        return new Entrusted(
                body.getBoolean("manages_api_keys", now.managesApiKeys()),
                exchange == null ? now.exchangesApiKeys() : exchange.getBoolean("api_keys", false),
                exchange == null ? now.onBehalfOf() : new TreeSet<>(texts(exchange, "on_behalf_of", List.of())));
    }

    private static ClientKeys keys(JsonObject body, ClientKeys now) {
        return ClientKeys.of(
                body.containsKey("jwks") ? Optional.ofNullable(body.getJsonObject("jwks")) : now.jwks(),
                body.containsKey("jwks_uri") ? Optional.ofNullable(body.getString("jwks_uri")) : now.uri());
    }

    private static List<String> texts(JsonObject body, String name, List<String> otherwise) {
        JsonArray given = body.getJsonArray(name);
        return given == null
                ? otherwise
                : given.stream().map(String.class::cast).toList();
    }

    private Future<Answer> answer(Application application) {
        return json(application).map(json -> Answer.ok(json).version(application.version()));
    }

    private Future<JsonObject> json(Application application) {
        return updated(List.of(application)).map(times -> json(application, times.get(application.clientId())));
    }

    private Future<Map<String, Instant>> updated(List<Application> found) {
        String[] ids = found.stream().map(Application::clientId).toArray(String[]::new);
        return parts.database()
                .platform("SELECT client_id, updated_at FROM applications WHERE client_id = ANY ($1)", Tuple.of((Object)
                        ids))
                .map(rows -> {
                    Map<String, Instant> times = new HashMap<>();
                    rows.forEach(row -> times.put(
                            row.getString("client_id"),
                            row.getOffsetDateTime("updated_at").toInstant()));
                    return times;
                });
    }

    // The members of keys that we know; whatever else was registered with them is not given out.
    private static JsonObject jwks(List<JWK> keys) {
        return new JsonObject()
                .put(
                        "keys",
                        new JsonArray(keys.stream()
                                .map(key -> new JsonObject(key.toJSONObject()))
                                .toList()));
    }

    private static JsonObject json(Application a, Instant updatedAt) {
        List<String> grants = new ArrayList<>(
                a.isInteractive() ? List.of("authorization_code", "refresh_token") : List.of("client_credentials"));
        if (a.entrusted().exchanges()) {
            grants.add("urn:ietf:params:oauth:grant-type:token-exchange");
        }
        return new JsonObject()
                .put("client_id", a.clientId())
                .put("name", a.name())
                .put("type", a.type())
                .put("redirect_uris", new JsonArray(a.redirectUris()))
                .put("post_logout_redirect_uris", new JsonArray(a.postLogoutRedirectUris()))
                .put("backchannel_logout_uri", a.backchannelLogoutUri().orElse(null))
                .put("resource", a.resource())
                .put("third_party", a.thirdParty())
                .put("token_endpoint_auth_method", a.tokenEndpointAuthMethod())
                .put("jwks", a.keys().jwks().map(set -> jwks(a.keys().own())).orElse(null))
                .put("jwks_uri", a.keys().uri().orElse(null))
                .put("require_pushed_authorization_requests", a.requirePar())
                .put("signing_alg", a.signingAlgorithm().getName())
                .put("grant_types", new JsonArray(grants))
                .put("manages_api_keys", a.entrusted().managesApiKeys())
                .put(
                        "token_exchange",
                        new JsonObject()
                                .put("api_keys", a.entrusted().exchangesApiKeys())
                                .put(
                                        "on_behalf_of",
                                        new JsonArray(List.copyOf(a.entrusted().onBehalfOf()))))
                .put("secret_set", !a.secrets().isEmpty())
                .put("created_at", Times.text(a.createdAt()))
                .put("updated_at", Times.text(updatedAt == null ? a.createdAt() : updatedAt));
    }
}
