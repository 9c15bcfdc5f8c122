package dev.sallyport.broker.op;

import com.nimbusds.jose.JWSAlgorithm;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Base64;
import java.util.List;

/** Metadata (OpenID Connect Discovery §3, RFC 8414 §2). It names only what works. */
public final class Discovery {
    private final String publicUrl;

    public Discovery(String publicUrl) {
        this.publicUrl = publicUrl;
    }

    /** GET {@code /t/{tenant}/.well-known/openid-configuration} and {@code /.well-known/oauth-authorization-server/t/{tenant}}. */
    public Future<Void> handle(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        Buffer body = document(tenant.issuer(publicUrl)).toBuffer();
        String etag = '"'
                + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Bearer.hash(body.toString()))
                        .substring(0, 16)
                + '"';
        Cached.send(context, body, etag, 300);
        return Future.succeededFuture();
    }

    static JsonObject document(String issuer) {
        JsonArray authMethods =
                new JsonArray(List.of("client_secret_basic", "client_secret_post", "private_key_jwt", "none"));
        JsonArray confidential = new JsonArray(List.of("client_secret_basic", "client_secret_post", "private_key_jwt"));
        JsonArray assertionAlgorithms = new JsonArray(ClientAssertion.ALGORITHMS.stream()
                .map(JWSAlgorithm::getName)
                .sorted()
                .toList());
        return new JsonObject()
                .put("issuer", issuer)
                .put("authorization_endpoint", issuer + "/authorize")
                .put("token_endpoint", issuer + "/token")
                .put("jwks_uri", issuer + "/jwks")
                .put("userinfo_endpoint", issuer + "/userinfo")
                .put("pushed_authorization_request_endpoint", issuer + "/par")
                .put("require_pushed_authorization_requests", false)
                .put("introspection_endpoint", issuer + "/introspect")
                .put("revocation_endpoint", issuer + "/revoke")
                .put("end_session_endpoint", issuer + "/logout")
                .put("scopes_supported", new JsonArray(AuthorizeRequest.SCOPES))
                .put("response_types_supported", new JsonArray().add("code"))
                .put("response_modes_supported", new JsonArray(AuthorizeRequest.RESPONSE_MODES))
                .put(
                        "grant_types_supported",
                        new JsonArray(List.of(
                                "authorization_code",
                                "refresh_token",
                                "client_credentials",
                                TokenExchangeGrant.GRANT_TYPE)))
                .put("subject_types_supported", new JsonArray().add("public"))
                .put("id_token_signing_alg_values_supported", new JsonArray(List.of("ES256", "RS256")))
                .put("token_endpoint_auth_methods_supported", authMethods)
                .put("token_endpoint_auth_signing_alg_values_supported", assertionAlgorithms)
                .put("introspection_endpoint_auth_methods_supported", confidential)
                .put("introspection_endpoint_auth_signing_alg_values_supported", assertionAlgorithms)
                .put("revocation_endpoint_auth_methods_supported", authMethods)
                .put("revocation_endpoint_auth_signing_alg_values_supported", assertionAlgorithms)
                .put("code_challenge_methods_supported", new JsonArray().add("S256"))
                .put("prompt_values_supported", new JsonArray(List.of("none", "login", "consent", "select_account")))
                .put(
                        "claims_supported",
                        new JsonArray(List.of(
                                "sub",
                                "iss",
                                "aud",
                                "exp",
                                "iat",
                                "auth_time",
                                "nonce",
                                "acr",
                                "amr",
                                "sid",
                                "session_expiry",
                                "tenant",
                                "name",
                                "given_name",
                                "family_name",
                                "preferred_username",
                                "updated_at",
                                "email",
                                "email_verified")))
                .put("claims_parameter_supported", false)
                .put("request_parameter_supported", false)
                .put("request_uri_parameter_supported", false)
                .put("authorization_response_iss_parameter_supported", true)
                .put("backchannel_logout_supported", true)
                .put("backchannel_logout_session_supported", true);
    }
}
