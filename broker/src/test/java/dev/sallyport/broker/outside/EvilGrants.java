package dev.sallyport.broker.outside;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The refresh tokens of a played provider. By default it is honest and careful: it replaces a token at each use, and a token that comes a
 * second time ends all that came of it (RFC 9700 §4.14).
 */
public final class EvilGrants {
    /** What a test wants to be said instead. */
    public record Said(int status, String body) {}

    private record Grant(UUID family, String clientId, JsonObject person, String nonce) {}

    /** The refresh tokens that were used, in the order of their coming. */
    public final List<String> asked = new CopyOnWriteArrayList<>();
    /** The refresh tokens that were given back. */
    public final List<String> revoked = new CopyOnWriteArrayList<>();
    /** Whether a token is replaced when it is used. */
    public volatile boolean replaces = true;
    /** Said instead of the honest answer, if a test wants something said; the token is not used. */
    public volatile Said said;
    /** Changes the claims of the ID token that comes with a refresh. */
    public volatile Consumer<JsonObject> claims = c -> {};
    /** Changes the whole answer. */
    public volatile Consumer<JsonObject> answer = c -> {};

    private final EvilIdp idp;
    private final Map<String, Grant> live = new ConcurrentHashMap<>();
    private final Map<String, Grant> used = new ConcurrentHashMap<>();
    private final Set<String> gone = ConcurrentHashMap.newKeySet();

    EvilGrants(EvilIdp idp) {
        this.idp = idp;
    }

    /** The person is not there any more. */
    public void remove(String sub) {
        gone.add(sub);
    }

    /** Honest again. */
    public void reset() {
        asked.clear();
        revoked.clear();
        replaces = true;
        said = null;
        claims = c -> {};
        answer = c -> {};
    }

    /** A refresh token for somebody who has just signed in. */
    String issue(String clientId, JsonObject person, String nonce) {
        return put(new Grant(UUID.randomUUID(), clientId, person.copy(), nonce));
    }

    private String put(Grant grant) {
        String token = "upstream-refresh-" + UUID.randomUUID();
        live.put(token, grant);
        return token;
    }

    void refresh(HttpServerRequest request, Map<String, String> form) {
        String token = form.getOrDefault("refresh_token", "");
        asked.add(token);
        Said instead = said;
        if (instead != null) {
            say(request, instead.status(), instead.body());
            return;
        }
        Grant grant = live.get(token);
        if (grant == null) {
            Grant before = used.get(token);
            if (before != null) {
                live.values().removeIf(g -> g.family().equals(before.family()));
            }
            say(request, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        if (gone.contains(grant.person().getString("sub"))) {
            live.remove(token);
            say(request, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"User not active\"}");
            return;
        }
        long now = System.currentTimeMillis() / 1_000;
        JsonObject body = grant.person()
                .copy()
                .put("iss", idp.issuer())
                .put("aud", grant.clientId())
                .put("iat", now)
                .put("exp", now + 300);
        claims.accept(body);
        JsonObject all = new JsonObject()
                .put("access_token", "upstream-access-token")
                .put("token_type", "Bearer")
                .put("id_token", idp.idToken.apply(idp, body));
        if (replaces) {
            used.put(token, grant);
            live.remove(token);
            all.put("refresh_token", put(grant));
        }
        answer.accept(all);
        say(request, 200, all.encode());
    }

    void revoke(HttpServerRequest request) {
        request.setExpectMultipart(true).endHandler(v -> {
            String token = request.formAttributes().get("token");
            revoked.add(token);
            live.remove(token);
            request.response().end();
        });
    }

    private static void say(HttpServerRequest request, int status, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(body);
    }
}
