package dev.sallyport.broker.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.RawHttp;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the OpenID Foundation's configuration plan asks of an OP, and RFC 8414 besides. */
class OidcConfigPlanTest {
    private static Stage stage;
    private static JsonObject document;

    @BeforeAll
    static void start() {
        stage = new Stage();
        document = stage.discovery();
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    private static boolean has(String member, String... values) {
        JsonArray all = document.getJsonArray(member);
        return List.of(values).stream().allMatch(all::contains);
    }

    @Test
    @DisplayName("discovery-endpoint-verification: what is required is there, and every address is the issuer's own")
    void required() {
        assertEquals(stage.issuer, document.getString("issuer"));
        for (String endpoint : List.of(
                "authorization_endpoint",
                "token_endpoint",
                "jwks_uri",
                "userinfo_endpoint",
                "pushed_authorization_request_endpoint",
                "introspection_endpoint",
                "revocation_endpoint",
                "end_session_endpoint")) {
            assertTrue(document.getString(endpoint).startsWith(stage.issuer + "/"), endpoint);
        }
        assertTrue(has("response_types_supported", "code"));
        assertTrue(has("subject_types_supported", "public"));
        assertTrue(has("id_token_signing_alg_values_supported", "ES256", "RS256"));
        assertTrue(has("scopes_supported", "openid", "profile", "email"));
        assertTrue(has("claims_supported", "sub", "iss", "auth_time", "acr", "amr", "email"));
        assertTrue(has("response_modes_supported", "query", "form_post"));
        assertTrue(document.getBoolean("authorization_response_iss_parameter_supported"));
        assertTrue(document.getBoolean("backchannel_logout_supported"));
        for (String off : List.of(
                "claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported")) {
            assertEquals(false, document.getBoolean(off), off);
        }
    }

    @Test
    @DisplayName("RFC 9700 §2.1.2, §2.4: nothing of implicit, hybrid, password, plain PKCE or none is announced")
    void nothingOld() {
        assertEquals(new JsonArray().add("code"), document.getJsonArray("response_types_supported"));
        assertEquals(new JsonArray().add("S256"), document.getJsonArray("code_challenge_methods_supported"));
        assertFalse(has("grant_types_supported", "password"));
        assertFalse(has("grant_types_supported", "implicit"));
        document.stream()
                .filter(member -> member.getKey().endsWith("signing_alg_values_supported"))
                .forEach(member -> assertFalse(
                        ((JsonArray) member.getValue()).contains("none")
                                || member.getValue().toString().contains("HS"),
                        member.getKey()));
    }

    @Test
    @DisplayName("RFC 8414 §3.1: the other addresses have the same document; a tenant that does not exist has neither")
    void bothForms() {
        Browser browser = new Browser();
        for (String path : List.of(
                "/.well-known/oauth-authorization-server/t/acme", "/t/acme/.well-known/oauth-authorization-server")) {
            assertEquals(document, browser.get(stage.broker.publicUrl + path).json(), path);
        }
        for (String path : List.of(
                "/.well-known/oauth-authorization-server/t/nobody",
                "/t/nobody/.well-known/openid-configuration",
                "/t/nobody/.well-known/oauth-authorization-server",
                "/t/nobody/jwks",
                "/t/ACME/.well-known/openid-configuration",
                "/t/acme/.well-known/openid-configuration/x")) {
            assertEquals(404, browser.get(stage.broker.publicUrl + path).status(), path);
        }
    }

    @Test
    @DisplayName("jwks: public members only, kid, use and alg on each, kids differ, a key for each announced algorithm")
    void keys() throws Exception {
        String text = new Browser().get(document.getString("jwks_uri")).body();
        JWKSet set = JWKSet.parse(text);
        Set<String> names = new HashSet<>();
        Set<String> algorithms = new HashSet<>();
        for (JWK key : set.getKeys()) {
            assertFalse(key.isPrivate());
            assertEquals("sig", key.getKeyUse().getValue());
            assertTrue(names.add(key.getKeyID()));
            algorithms.add(key.getAlgorithm().getName());
            assertTrue(key.size() >= 2048 || key.size() == 256);
        }
        assertEquals(Set.of("ES256", "RS256"), algorithms);
        for (Object each : new JsonObject(text).getJsonArray("keys")) {
            for (String secret : List.of("d", "p", "q", "dp", "dq", "qi", "k", "oth")) {
                assertNull(((JsonObject) each).getValue(secret), secret);
            }
        }
    }

    @Test
    @DisplayName("RFC 9110 §9.3.2: HEAD of a public document has the headers of GET, and no body")
    void head() {
        RawHttp raw = new RawHttp("127.0.0.1", stage.broker.port);
        for (String path : List.of(
                "/t/acme/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server/t/acme",
                "/t/acme/jwks")) {
            RawHttp.Answer get = raw.send("GET " + path, "", "");
            RawHttp.Answer head = raw.send("HEAD " + path, "", "");
            assertEquals(200, head.status(), path);
            assertTrue(head.body().isEmpty(), head.body());
            for (String name :
                    List.of("Content-Type", "Content-Length", "ETag", "Cache-Control", "Access-Control-Allow-Origin")) {
                assertNotNull(head.header(name), path + " " + name);
                assertEquals(get.header(name), head.header(name), path + " " + name);
            }
            assertEquals(
                    304,
                    raw.send("HEAD " + path, "If-None-Match: " + get.header("ETag"), "")
                            .status(),
                    path);
        }
        assertEquals(404, raw.send("HEAD /t/nobody/jwks", "", "").status());
    }
}
