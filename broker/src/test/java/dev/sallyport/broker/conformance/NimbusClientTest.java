package dev.sallyport.broker.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.PushedAuthorizationRequest;
import com.nimbusds.oauth2.sdk.PushedAuthorizationResponse;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResourceOwnerPasswordCredentialsGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCError;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.claims.LogoutTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.LogoutTokenValidator;
import dev.sallyport.broker.outside.Browser;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every flow with Nimbus' OAuth 2.0 and OpenID Connect SDK as the application, its checks on and no clock skew allowed. */
class NimbusClientTest {
    private static Stage stage;
    private static OIDCProviderMetadata metadata;
    private static Stage.App basic;
    private static Stage.App post;
    private static Stage.App rsa;
    private static Stage.App signed;
    private static Stage.App spa;
    private static Stage.App notes;

    private final Browser browser = new Browser();

    /** What a completed sign-in gave. */
    private record SignedIn(OIDCTokens tokens, IDTokenClaimsSet claims) {
        String refresh() {
            return tokens.getRefreshToken().getValue();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        stage = new Stage();
        metadata = OIDCProviderMetadata.resolve(new Issuer(stage.issuer));
        basic = stage.register("ledger", "web", new JsonObject().put("backchannel_logout_uri", stage.logoutUri()));
        post = stage.register("notes-post", "web", method("client_secret_post"));
        rsa = stage.register("old", "web", new JsonObject().put("signing_alg", "RS256"));
        signed = stage.register("signed", "web", stage.privateKeyJwt());
        spa = stage.register("board", "spa", new JsonObject());
        notes = stage.register("notes", "web", new JsonObject());
        stage.operator
                .patch(
                        "/applications/" + basic.id(),
                        new JsonObject()
                                .put(
                                        "token_exchange",
                                        new JsonObject()
                                                .put("api_keys", true)
                                                .put("on_behalf_of", new JsonArray().add(notes.id()))))
                .expect(200);
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    private static JsonObject method(String method) {
        return new JsonObject().put("token_endpoint_auth_method", method);
    }

    /** A fresh authentication of an application, by the method it is registered with; none for a public one. */
    private static Optional<ClientAuthentication> authentication(Stage.App app) {
        ClientID id = new ClientID(app.id());
        if (app.equals(signed)) {
            return Optional.of(stage.assertion(signed, stage.appKey));
        }
        if (app.secret() == null) {
            return Optional.empty();
        }
        Secret secret = new Secret(app.secret());
        return Optional.of(app.equals(post) ? new ClientSecretPost(id, secret) : new ClientSecretBasic(id, secret));
    }

    private static TokenResponse token(Stage.App app, AuthorizationGrant grant) throws Exception {
        URI endpoint = metadata.getTokenEndpointURI();
        Optional<ClientAuthentication> authentication = authentication(app);
        TokenRequest request = authentication.isPresent()
                ? new TokenRequest.Builder(endpoint, authentication.get(), grant).build()
                : new TokenRequest.Builder(endpoint, new ClientID(app.id()), grant).build();
        return OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
    }

    private static OIDCTokens tokens(TokenResponse response) {
        assertTrue(
                response.indicatesSuccess(),
                () -> response.toErrorResponse().toJSONObject().toJSONString());
        return ((OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();
    }

    private static AuthenticationRequest.Builder request(
            Stage.App app, State state, Nonce nonce, CodeVerifier verifier) {
        return new AuthenticationRequest.Builder(
                        ResponseType.CODE,
                        new Scope("openid", "profile", "email"),
                        new ClientID(app.id()),
                        URI.create(app.redirectUri()))
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .state(state)
                .nonce(nonce)
                .codeChallenge(verifier, CodeChallengeMethod.S256);
    }

    private static URI push(Stage.App app, AuthorizationRequest request) throws Exception {
        URI endpoint = metadata.getPushedAuthorizationRequestEndpointURI();
        Optional<ClientAuthentication> authentication = authentication(app);
        PushedAuthorizationRequest pushed = authentication.isPresent()
                ? new PushedAuthorizationRequest(endpoint, authentication.get(), request)
                : new PushedAuthorizationRequest(endpoint, request);
        PushedAuthorizationResponse response =
                PushedAuthorizationResponse.parse(pushed.toHTTPRequest().send());
        assertTrue(
                response.indicatesSuccess(),
                () -> response.toErrorResponse().getErrorObject().toString());
        return new AuthorizationRequest.Builder(response.toSuccessResponse().getRequestURI(), new ClientID(app.id()))
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .build()
                .toURI();
    }

    private AuthenticationResponse answer(Stage.App app, URI address) throws Exception {
        Browser.Answer back = browser.follow(address.toString(), app.redirectUri());
        assertNotNull(back.location(), back.toString());
        return AuthenticationResponseParser.parse(URI.create(back.location()));
    }

    private SignedIn signIn(Stage.App app, boolean pushed) throws Exception {
        State state = new State();
        Nonce nonce = new Nonce();
        CodeVerifier verifier = new CodeVerifier();
        AuthenticationRequest request = request(app, state, nonce, verifier).build();
        AuthenticationResponse response = answer(app, pushed ? push(app, request) : request.toURI());
        assertTrue(response.indicatesSuccess(), response.toString());
        assertEquals(state, response.getState());
        assertEquals(metadata.getIssuer(), response.getIssuer(), "RFC 9207");
        AuthorizationCode code = response.toSuccessResponse().getAuthorizationCode();
        OIDCTokens tokens =
                tokens(token(app, new AuthorizationCodeGrant(code, URI.create(app.redirectUri()), verifier)));
        return new SignedIn(tokens, checked(app, tokens, nonce));
    }

    private static IDTokenClaimsSet checked(Stage.App app, OIDCTokens tokens, Nonce nonce) throws Exception {
        JWSAlgorithm algorithm = app.equals(rsa) ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256;
        assertTrue(metadata.getIDTokenJWSAlgs().contains(algorithm));
        IDTokenValidator validator = new IDTokenValidator(
                metadata.getIssuer(),
                new ClientID(app.id()),
                algorithm,
                metadata.getJWKSetURI().toURL());
        validator.setMaxClockSkew(0);
        IDTokenClaimsSet claims = validator.validate(tokens.getIDToken(), nonce);
        assertNotNull(claims.getAccessTokenHash());
        AccessTokenValidator.validate(tokens.getAccessToken(), algorithm, claims.getAccessTokenHash());
        assertEquals(
                algorithm,
                SignedJWT.parse(tokens.getAccessToken().getValue()).getHeader().getAlgorithm());
        return claims;
    }

    @Test
    @DisplayName(
            "The metadata is read by the strict parsers at each of its addresses, and names the issuer and everything that works")
    void discovery() throws Exception {
        Issuer issuer = new Issuer(stage.issuer);
        AuthorizationServerMetadata appended = AuthorizationServerMetadata.resolve(issuer);
        AuthorizationServerMetadata inserted = AuthorizationServerMetadata.parse(
                browser.get(stage.broker.publicUrl + "/.well-known/oauth-authorization-server/t/acme")
                        .body());
        for (AuthorizationServerMetadata each : List.of(metadata, appended, inserted)) {
            assertEquals(issuer, each.getIssuer());
            assertEquals(List.of(new ResponseType("code")), each.getResponseTypes());
            assertEquals(List.of(CodeChallengeMethod.S256), each.getCodeChallengeMethods());
            assertTrue(each.supportsAuthorizationResponseIssuerParam());
            assertTrue(each.getTokenEndpointAuthMethods()
                    .containsAll(List.of(
                            ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
                            ClientAuthenticationMethod.CLIENT_SECRET_POST,
                            ClientAuthenticationMethod.PRIVATE_KEY_JWT,
                            ClientAuthenticationMethod.NONE)));
            assertNotNull(each.getIntrospectionEndpointURI());
            assertNotNull(each.getRevocationEndpointURI());
            assertNotNull(each.getPushedAuthorizationRequestEndpointURI());
        }
        assertTrue(metadata.supportsBackChannelLogoutSession());
        assertNotNull(metadata.getEndSessionEndpointURI());
        assertFalse(metadata.supportsRequestParam()
                || metadata.supportsRequestURIParam()
                || metadata.supportsClaimsParam());
    }

    @Test
    @DisplayName("Every kind of application signs people in, by redirect and by pushed request, and refreshes")
    void everyKind() throws Exception {
        for (Stage.App app : List.of(basic, post, rsa, signed, spa)) {
            for (boolean pushed : List.of(false, true)) {
                SignedIn first = signIn(app, pushed);
                assertEquals("Alice Example", first.claims().getClaim("name"), app.id());
                OIDCTokens second = tokens(token(app, new RefreshTokenGrant(new RefreshToken(first.refresh()))));
                IDTokenClaimsSet again = checked(app, second, null);
                assertEquals(first.claims().getSubject(), again.getSubject());
                assertEquals(first.claims().getAuthenticationTime(), again.getAuthenticationTime());
                assertNotEquals(first.refresh(), second.getRefreshToken().getValue());
            }
        }
    }

    @Test
    @DisplayName("UserInfo, introspection and revocation answer what their parsers expect")
    void userInfoIntrospectionRevocation() throws Exception {
        SignedIn alice = signIn(signed, false);
        AccessToken access = alice.tokens().getAccessToken();
        UserInfoResponse info = UserInfoResponse.parse(new UserInfoRequest(metadata.getUserInfoEndpointURI(), access)
                .toHTTPRequest()
                .send());
        assertTrue(info.indicatesSuccess());
        assertEquals(
                alice.claims().getSubject(),
                info.toSuccessResponse().getUserInfo().getSubject());
        assertEquals("alice@example.com", info.toSuccessResponse().getUserInfo().getEmailAddress());
        TokenIntrospectionResponse live = introspect(access);
        assertTrue(live.toSuccessResponse().isActive());
        assertEquals(metadata.getIssuer(), live.toSuccessResponse().getIssuer());
        assertEquals(new ClientID(signed.id()), live.toSuccessResponse().getClientID());
        HTTPResponse revoked = new TokenRevocationRequest(
                        metadata.getRevocationEndpointURI(),
                        authentication(signed).orElseThrow(),
                        alice.tokens().getRefreshToken())
                .toHTTPRequest()
                .send();
        assertEquals(200, revoked.getStatusCode());
        assertFalse(introspect(access).toSuccessResponse().isActive());
        UserInfoResponse refused = UserInfoResponse.parse(new UserInfoRequest(metadata.getUserInfoEndpointURI(), access)
                .toHTTPRequest()
                .send());
        assertEquals(BearerTokenError.INVALID_TOKEN, refused.toErrorResponse().getErrorObject());
        assertEquals(
                OAuth2Error.INVALID_GRANT,
                token(signed, new RefreshTokenGrant(alice.tokens().getRefreshToken()))
                        .toErrorResponse()
                        .getErrorObject());
    }

    private static TokenIntrospectionResponse introspect(AccessToken token) throws Exception {
        return TokenIntrospectionResponse.parse(new TokenIntrospectionRequest(
                        metadata.getIntrospectionEndpointURI(),
                        authentication(signed).orElseThrow(),
                        token)
                .toHTTPRequest()
                .send());
    }

    @Test
    @DisplayName("An application gets a token for itself, and one on a person's behalf for another application")
    void clientCredentialsAndExchange() throws Exception {
        TokenResponse own = OIDCTokenResponseParser.parse(new TokenRequest.Builder(
                        metadata.getTokenEndpointURI(),
                        authentication(signed).orElseThrow(),
                        new ClientCredentialsGrant())
                .build()
                .toHTTPRequest()
                .send());
        assertTrue(
                own.indicatesSuccess(),
                () -> own.toErrorResponse().toJSONObject().toJSONString());
        assertNull(own.toSuccessResponse().getTokens().getRefreshToken());
        SignedIn alice = signIn(basic, false);
        TokenResponse exchanged = token(
                basic,
                new TokenExchangeGrant(
                        alice.tokens().getAccessToken(),
                        TokenTypeURI.ACCESS_TOKEN,
                        null,
                        null,
                        TokenTypeURI.ACCESS_TOKEN,
                        List.of(new Audience(notes.id()))));
        assertTrue(
                exchanged.indicatesSuccess(),
                () -> exchanged.toErrorResponse().toJSONObject().toJSONString());
        AccessToken other = exchanged.toSuccessResponse().getTokens().getAccessToken();
        assertEquals(TokenTypeURI.ACCESS_TOKEN, other.getIssuedTokenType());
        assertEquals(
                alice.claims().getSubject().getValue(),
                SignedJWT.parse(other.getValue()).getJWTClaimsSet().getSubject());
    }

    @Test
    @DisplayName("Sign-out returns with its state, and the logout token passes the validator, its type required")
    void logout() throws Exception {
        SignedIn alice = signIn(basic, false);
        stage.notices.clear();
        URI bye = URI.create("https://ledger.example/bye");
        State state = new State();
        LogoutRequest request = new LogoutRequest(
                metadata.getEndSessionEndpointURI(), alice.tokens().getIDToken(), bye, state);
        Browser.Answer answer = browser.get(request.toURI().toString());
        assertEquals(bye + "?state=" + state.getValue(), answer.location());
        String token = stage.notice().substring("logout_token=".length());
        LogoutTokenClaimsSet claims = new LogoutTokenValidator(
                        metadata.getIssuer(),
                        new ClientID(basic.id()),
                        true,
                        new JWSVerificationKeySelector<>(
                                JWSAlgorithm.ES256,
                                JWKSourceBuilder.create(metadata.getJWKSetURI().toURL())
                                        .build()),
                        null)
                .validate(SignedJWT.parse(token));
        assertEquals(alice.claims().getSubject(), claims.getSubject());
        assertEquals(alice.claims().getSessionID(), claims.getSessionID());
    }

    @Test
    @DisplayName("Errors of the authorization endpoint are known codes of their specifications, with state and issuer")
    void authorizationErrors() throws Exception {
        State state = new State();
        List<UnaryOperator<AuthenticationRequest.Builder>> wrong = List.of(
                b -> b.responseType(ResponseType.IDTOKEN),
                b -> b.prompt(new Prompt("none")),
                b -> b.codeChallenge(new CodeVerifier(), CodeChallengeMethod.PLAIN),
                b -> b.requestURI(URI.create("https://ledger.example/request")),
                b -> b.resources(URI.create("https://other.example")));
        List<ErrorObject> expected = List.of(
                OAuth2Error.UNSUPPORTED_RESPONSE_TYPE,
                OIDCError.LOGIN_REQUIRED,
                OAuth2Error.INVALID_REQUEST,
                OAuth2Error.REQUEST_URI_NOT_SUPPORTED,
                OAuth2Error.INVALID_TARGET);
        for (int i = 0; i < wrong.size(); i++) {
            URI address = wrong.get(i)
                    .apply(request(basic, state, new Nonce(), new CodeVerifier()))
                    .build()
                    .toURI();
            AuthenticationResponse response = answer(basic, address);
            assertEquals(expected.get(i), response.toErrorResponse().getErrorObject(), address.toString());
            assertEquals(state, response.getState());
            assertEquals(metadata.getIssuer(), response.getIssuer());
        }
    }

    @Test
    @DisplayName("Errors of the token endpoint are known codes of their specifications, with their status")
    void tokenErrors() throws Exception {
        AuthorizationCodeGrant unknown = new AuthorizationCodeGrant(
                new AuthorizationCode("spc_unknown"), URI.create(basic.redirectUri()), new CodeVerifier());
        List<ErrorObject> seen = new ArrayList<>();
        seen.add(token(basic, unknown).toErrorResponse().getErrorObject());
        seen.add(token(basic, new ResourceOwnerPasswordCredentialsGrant("a", new Secret("b")))
                .toErrorResponse()
                .getErrorObject());
        seen.add(token(notes, new TokenExchangeGrant(new BearerAccessToken("x"), TokenTypeURI.ACCESS_TOKEN))
                .toErrorResponse()
                .getErrorObject());
        HTTPRequest wrong = new TokenRequest.Builder(
                        metadata.getTokenEndpointURI(),
                        new ClientSecretBasic(new ClientID(basic.id()), new Secret("not-it")),
                        unknown)
                .build()
                .toHTTPRequest();
        seen.add(TokenResponse.parse(wrong.send()).toErrorResponse().getErrorObject());
        assertEquals(
                List.of(
                        OAuth2Error.INVALID_GRANT,
                        OAuth2Error.UNSUPPORTED_GRANT_TYPE,
                        OAuth2Error.UNAUTHORIZED_CLIENT,
                        OAuth2Error.INVALID_CLIENT),
                seen);
        assertEquals(
                Set.of(400, 401),
                Set.copyOf(seen.stream().map(ErrorObject::getHTTPStatusCode).toList()));
    }
}
