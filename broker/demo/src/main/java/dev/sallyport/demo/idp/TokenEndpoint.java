package dev.sallyport.demo.idp;

import dev.sallyport.demo.idp.Grants.Code;
import dev.sallyport.demo.idp.Grants.Grant;
import dev.sallyport.demo.page.Secrets;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The back-channel endpoints that a client calls: token (RFC 6749 §3.2), revocation (RFC 7009) and userinfo. */
final class TokenEndpoint {

    private final Provider provider;

    TokenEndpoint(Provider provider) {
        this.provider = provider;
    }

    /** {@code POST /token}. */
    void token(RoutingContext ctx) {
        IdpClient client = ClientAuthentication.of(ctx, provider);
        JsonObject answer =
                switch (parameter(ctx, "grant_type")) {
                    case "authorization_code" -> exchange(ctx, client);
                    case "refresh_token" -> refresh(ctx, client);
                    default ->
                        throw new OidcException(
                                400, "unsupported_grant_type", "use authorization_code or refresh_token");
                };
        json(ctx, answer);
    }

    /** {@code POST /revoke}: answers 200 whatever the token was. */
    void revoke(RoutingContext ctx) {
        IdpClient client = ClientAuthentication.of(ctx, provider);
        provider.grants.revoke(parameter(ctx, "token"), client.clientId());
        ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store").end();
    }

    /** {@code GET} and {@code POST /userinfo} with the access token as a bearer (RFC 6750). */
    void userinfo(RoutingContext ctx) {
        String header = Optional.ofNullable(ctx.request().getHeader(HttpHeaders.AUTHORIZATION))
                .orElse("");
        Optional<Grant> grant = header.regionMatches(true, 0, "Bearer ", 0, 7)
                ? provider.grants.accessToken(header.substring(7).strip())
                : Optional.empty();
        Optional<Person> person = grant.flatMap(found -> provider.people.bySubject(found.subject()));
        if (person.isEmpty()) {
            ctx.response().putHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
            throw new OidcException(401, "invalid_token", "the access token is unknown, expired or revoked");
        }
        json(
                ctx,
                new JsonObject()
                        .put("sub", person.get().subject())
                        .mergeIn(provider.tokens.profile(
                                person.get(), grant.get().scopes())));
    }

    private JsonObject exchange(RoutingContext ctx, IdpClient client) {
        String redirectUri = parameter(ctx, "redirect_uri");
        String verifier = parameter(ctx, "code_verifier");
        Code code = provider.grants
                .useCode(parameter(ctx, "code"))
                .filter(found -> found.grant().clientId().equals(client.clientId()))
                .filter(found -> found.redirectUri().equals(redirectUri))
                .filter(found -> Secrets.same(found.challenge(), Secrets.s256(verifier)))
                .orElseThrow(OidcException::invalidGrant);
        return issue(client, code.grant(), code.nonce());
    }

    private JsonObject refresh(RoutingContext ctx, IdpClient client) {
        Grant grant = provider.grants
                .useRefreshToken(parameter(ctx, "refresh_token"), client.clientId())
                .orElseThrow(OidcException::invalidGrant);
        return issue(client, grant, "");
    }

    private JsonObject issue(IdpClient client, Grant grant, String nonce) {
        Person person = provider.people.bySubject(grant.subject()).orElseThrow(OidcException::invalidGrant);
        Set<String> scopes = new TreeSet<>(grant.scopes());
        JsonObject answer = new JsonObject()
                .put("access_token", provider.grants.newAccessToken(grant))
                .put("token_type", "Bearer")
                .put("expires_in", Grants.ACCESS_TOKEN_LIFE.toSeconds())
                .put("scope", String.join(" ", scopes))
                .put("id_token", provider.tokens.idToken(client, person, grant, nonce));
        if (scopes.contains("offline_access")) {
            answer.put("refresh_token", provider.grants.newRefreshToken(grant));
        }
        return answer;
    }

    private static String parameter(RoutingContext ctx, String name) {
        return Optional.ofNullable(ctx.request().getFormAttribute(name))
                .filter(value -> ctx.request().formAttributes().getAll(name).size() == 1)
                .orElseThrow(() -> OidcException.invalidRequest(name + " must be given once"));
    }

    private static void json(RoutingContext ctx, JsonObject body) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body.toBuffer());
    }
}
