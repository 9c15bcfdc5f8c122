package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.token.PresentedKeys;
import dev.sallyport.broker.token.RefreshTokens;
import dev.sallyport.broker.token.TokenCheck;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.Forms;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Introspection (RFC 7662). Whatever is not good for this very caller answers {@code {"active":false}} and nothing else. */
public final class Introspect {
    private final String publicUrl;
    private final ClientAuthentication clients;
    private final TokenCheck check;
    private final RefreshTokens refreshTokens;
    private final PresentedKeys apiKeys;

    public Introspect(
            String publicUrl,
            ClientAuthentication clients,
            TokenCheck check,
            RefreshTokens refreshTokens,
            PresentedKeys apiKeys) {
        this.publicUrl = publicUrl;
        this.clients = clients;
        this.check = check;
        this.refreshTokens = refreshTokens;
        this.apiKeys = apiKeys;
    }

    /** POST {@code /t/{tenant}/introspect}. */
    public Future<Void> handle(RoutingContext context) {
        Forms.require(context);
        Tenant tenant = Tenancy.of(context);
        return clients.authenticateConfidential(context, tenant)
                .compose(client -> {
                    String token = Parameters.form(context).require("token");
                    return tenant.isActive() ? look(tenant, client, token) : Future.succeededFuture(inactive());
                })
                .map(body -> {
                    Answers.json(context, 200, body);
                    return null;
                });
    }

    private Future<JsonObject> look(Tenant tenant, Applications.Client client, String token) {
        if (token.startsWith(Bearer.API_KEY)) {
            // A key opens the vendor's own applications; to a third party it is nothing (E11).
            if (client.application().thirdParty()) {
                return Future.succeededFuture(inactive());
            }
            return apiKeys.find(tenant, token)
                    .map(found -> found.map(key -> key(tenant, client, key)).orElseGet(Introspect::inactive));
        }
        if (token.startsWith(Bearer.REFRESH_TOKEN)) {
            return refreshTokens.introspect(tenant, client, token).map(row -> row.map(r -> new JsonObject()
                            .put("active", true)
                            .put("token_type", "refresh_token")
                            .put("client_id", client.id())
                            .put("sub", r.getUUID("user_id").toString())
                            .put("scope", String.join(" ", r.getArrayOfStrings("scope")))
                            .put("exp", r.getOffsetDateTime("expires_at").toEpochSecond())
                            .put("iss", tenant.issuer(publicUrl)))
                    .orElseGet(Introspect::inactive));
        }
        return check.live(tenant, token).map(live -> live.map(TokenCheck.Live::token)
                .filter(t -> t.audience().equals(client.audience()))
                .map(t -> {
                    JsonObject body = new JsonObject().put("active", true).put("token_type", "Bearer");
                    t.claims().toJSONObject().forEach(body::put);
                    return body.put("aud", t.audience()).put("permissions", new JsonArray(t.permissions()));
                })
                .orElseGet(Introspect::inactive));
    }

    private JsonObject key(Tenant tenant, Applications.Client client, PresentedKeys.Presented key) {
        JsonObject body = new JsonObject()
                .put("active", true)
                .put("token_type", "api_key")
                .put("iss", tenant.issuer(publicUrl))
                .put("aud", client.audience())
                .put("sub", key.owner().toString())
                .put("tenant", tenant.slug())
                .put("jti", key.id().toString())
                .put("permissions", new JsonArray(List.copyOf(key.allowance().permissions())));
        key.expiresAt().ifPresent(end -> body.put("exp", end.getEpochSecond()));
        return body;
    }

    private static JsonObject inactive() {
        return new JsonObject().put("active", false);
    }
}
