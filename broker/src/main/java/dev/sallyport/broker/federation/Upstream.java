package dev.sallyport.broker.federation;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.session.UpstreamGrant;
import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.outbound.OutboundRequest;
import dev.sallyport.outbound.OutboundResponse;
import dev.sallyport.tenant.connection.ClientProof;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ProviderMetadata;
import dev.sallyport.tenant.connection.Providers;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls to a connection's provider: token endpoint, keys, userinfo. Every one goes through the outbound gate. */
public final class Upstream {
    private final ClientProof proof;
    private final Providers providers;
    private final OutboundGate gate;
    private final Clock clock;

    public Upstream(ClientProof proof, Providers providers, OutboundGate gate, Clock clock) {
        this.proof = proof;
        this.providers = providers;
        this.gate = gate;
        this.clock = clock;
    }

    /** The provider's metadata. */
    public Future<ProviderMetadata> metadata(TenantId tenant, Connection connection) {
        return providers.metadata(tenant, connection);
    }

    /** Swaps a code for tokens (RFC 6749 §4.1.3). Fails with {@link IdTokenCheck.Untrusted} if the provider refuses it. */
    public Future<JsonObject> exchange(
            TenantId tenant,
            Connection connection,
            ProviderMetadata metadata,
            String code,
            String redirectUri,
            String verifier) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "authorization_code");
        form.put("code", code);
        form.put("redirect_uri", redirectUri);
        form.put("code_verifier", verifier);
        return call(tenant, connection, metadata, metadata.tokenEndpoint(), form)
                .compose(response -> response.status() == 200
                        ? Future.succeededFuture(response.json())
                        : Future.failedFuture(new IdTokenCheck.Untrusted("token_endpoint_" + response.status())));
    }

    /** Uses a refresh token of the provider's (RFC 6749 §6). Fails only if no answer came. */
    Future<RefreshAnswer> refresh(TenantId tenant, Connection connection, String refreshToken) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "refresh_token");
        form.put("refresh_token", refreshToken);
        return metadata(tenant, connection)
                .compose(metadata -> call(tenant, connection, metadata, metadata.tokenEndpoint(), form))
                .map(RefreshAnswer::of);
    }

    /** Gives a refresh token back (RFC 7009 §2.1); answers the status. */
    Future<Integer> revoke(TenantId tenant, Connection connection, String endpoint, String refreshToken) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("token", refreshToken);
        form.put("token_type_hint", "refresh_token");
        return metadata(tenant, connection)
                .compose(metadata -> call(tenant, connection, metadata, endpoint, form))
                .map(OutboundResponse::status);
    }

    /** Posts a form as the client that the provider knows us as (OpenID Connect Core §9). */
    private Future<OutboundResponse> call(
            TenantId tenant,
            Connection connection,
            ProviderMetadata metadata,
            String endpoint,
            Map<String, String> form) {
        return proof.form(tenant, connection, metadata, endpoint, form).compose(gate::send);
    }

    /** Parses, verifies and checks an ID token for one sign-in. */
    public Future<JWTClaimsSet> idToken(TenantId tenant, Connection connection, String token, String nonce) {
        SignedJWT jwt = IdTokenCheck.parse(connection, token);
        return keys(tenant, connection, jwt).map(keys -> {
            JWTClaimsSet claims = IdTokenCheck.verified(jwt, keys);
            IdTokenCheck.idToken(jwt, claims, connection, nonce, clock.instant());
            return claims;
        });
    }

    /** Parses, verifies and checks an ID token that came with a refresh. */
    Future<Void> refreshedIdToken(TenantId tenant, Connection connection, String token, UpstreamGrant grant) {
        SignedJWT jwt = IdTokenCheck.parse(connection, token);
        return keys(tenant, connection, jwt).map(keys -> {
            JWTClaimsSet claims = IdTokenCheck.verified(jwt, keys);
            IdTokenCheck.refreshed(jwt, claims, connection, grant.sub(), grant.nonce(), clock.instant());
            return null;
        });
    }

    /** Parses and verifies a logout token; its own rules are the caller's. */
    public Future<SignedJWT> logoutToken(TenantId tenant, Connection connection, String token) {
        SignedJWT jwt = IdTokenCheck.parse(connection, token);
        String kid = jwt.getHeader().getKeyID();
        return providers.keysSaidByAnybody(tenant, connection, kid).map(keys -> {
            IdTokenCheck.common(IdTokenCheck.verified(jwt, keys), connection, clock.instant());
            return jwt;
        });
    }

    /** Userinfo; its {@code sub} must be the ID token's (OpenID Connect Core §5.3.2). */
    public Future<JsonObject> userinfo(TenantId tenant, String endpoint, String accessToken, String subject) {
        return gate.send(OutboundRequest.get(tenant, endpoint).withHeader("Authorization", "Bearer " + accessToken))
                .map(answer -> answer.expect(200).json())
                .map(claims -> {
                    IdTokenCheck.require(subject.equals(claims.getValue("sub")), "userinfo_sub");
                    IdTokenCheck.requireStorable(claims.encode());
                    return claims;
                });
    }

    private Future<List<JWK>> keys(TenantId tenant, Connection connection, SignedJWT jwt) {
        return providers.keys(tenant, connection, jwt.getHeader().getKeyID());
    }
}
