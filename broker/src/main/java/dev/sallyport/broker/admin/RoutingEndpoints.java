package dev.sallyport.broker.admin;

import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.domain.HomeRealm;
import dev.sallyport.tenant.routing.RoutingRule;
import dev.sallyport.tenant.routing.RoutingRules;
import dev.sallyport.tenant.routing.StoredRouting;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code …/routing}: by which of a tenant's connections people sign in. */
final class RoutingEndpoints implements Endpoint.Family {
    private final RoutingRules routing;

    RoutingEndpoints(AdminParts parts) {
        this.routing = parts.routing();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("getRouting", this::get, "replaceRouting", this::replace);
    }

    private Future<Answer> get(Call call) {
        return routing.load(call.tenantId()).map(RoutingEndpoints::answer);
    }

    private Future<Answer> replace(Call call) {
        List<RoutingRule> rules = call.body().getJsonArray("rules").stream()
                .map(JsonObject.class::cast)
                .map(RoutingEndpoints::rule)
                .toList();
        return routing.save(call.tenantId(), rules, call.ifVersion(), call.actor())
                .map(RoutingEndpoints::answer);
    }

    private static RoutingRule rule(JsonObject json) {
        return new RoutingRule(
                // What is no domain stays as it is, to be refused by its name.
                Optional.ofNullable(json.getString("domain"))
                        .map(text -> HomeRealm.domain(text).orElse(text)),
                Optional.ofNullable(json.getString("application")),
                ConnectionId.parse(json.getString("connection")).orElseThrow());
    }

    private static Answer answer(StoredRouting stored) {
        JsonArray rules = new JsonArray();
        stored.rules()
                .forEach(rule -> rules.add(new JsonObject()
                        .put("domain", rule.domain().orElse(null))
                        .put("application", rule.application().orElse(null))
                        .put("connection", rule.connection().toString())));
        return Answer.ok(new JsonObject().put("rules", rules)).version(stored.version());
    }
}
