package dev.sallyport.demo.idp;

import com.nimbusds.jose.JWSAlgorithm;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The provider's metadata (OpenID Connect Discovery §3, RFC 9207 §3, Back-Channel Logout §2.1). */
final class Discovery {

    private Discovery() {}

    static JsonObject document(String issuer) {
        return new JsonObject()
                .put("issuer", issuer)
                .put("authorization_endpoint", issuer + "/authorize")
                .put("token_endpoint", issuer + "/token")
                .put("userinfo_endpoint", issuer + "/userinfo")
                .put("jwks_uri", issuer + "/jwks")
                .put("revocation_endpoint", issuer + "/revoke")
                .put("end_session_endpoint", issuer + "/logout")
                .put("scopes_supported", array("openid", "profile", "email", "groups", "offline_access"))
                .put("response_types_supported", array("code"))
                .put("response_modes_supported", array("query"))
                .put("grant_types_supported", array("authorization_code", "refresh_token"))
                .put("subject_types_supported", array("public"))
                .put(
                        "id_token_signing_alg_values_supported",
                        new JsonArray(SigningKeys.ALGORITHMS.stream()
                                .map(JWSAlgorithm::getName)
                                .toList()))
                .put("token_endpoint_auth_methods_supported", array("client_secret_basic", "client_secret_post"))
                .put("revocation_endpoint_auth_methods_supported", array("client_secret_basic", "client_secret_post"))
                .put("code_challenge_methods_supported", array("S256"))
                .put("prompt_values_supported", array("none", "login", "select_account"))
                .put("acr_values_supported", array(Tokens.ACR))
                .put(
                        "claims_supported",
                        array(
                                "sub",
                                "iss",
                                "auth_time",
                                "acr",
                                "amr",
                                "sid",
                                "name",
                                "given_name",
                                "family_name",
                                "preferred_username",
                                "email",
                                "email_verified",
                                "groups"))
                .put("claims_parameter_supported", false)
                .put("request_parameter_supported", false)
                .put("request_uri_parameter_supported", false)
                .put("authorization_response_iss_parameter_supported", true)
                .put("backchannel_logout_supported", true)
                .put("backchannel_logout_session_supported", true);
    }

    private static JsonArray array(String... values) {
        return new JsonArray(List.of(values));
    }
}
