package dev.sallyport.demo.idp;

import static dev.sallyport.demo.page.Browser.hidden;
import static dev.sallyport.demo.page.Browser.location;
import static dev.sallyport.demo.page.Browser.parameters;
import static dev.sallyport.demo.page.Browser.query;

import dev.sallyport.demo.page.Browser;
import dev.sallyport.demo.page.Secrets;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** A client of the provider under test, with a person's browser in its hands. */
final class RelyingParty {

    static final String ID = "sallyport";
    static final String SECRET = "a secret: with + and %";
    static final String REDIRECT = "http://127.0.0.1:1/callback";

    final Browser browser = new Browser();
    final String verifier = Secrets.random();
    final String issuer;

    RelyingParty(String issuer) {
        this.issuer = issuer;
    }

    Map<String, String> request() {
        Map<String, String> request = new HashMap<>();
        request.put("response_type", "code");
        request.put("client_id", ID);
        request.put("redirect_uri", REDIRECT);
        request.put("scope", "openid profile email offline_access");
        request.put("state", "the state");
        request.put("nonce", "the nonce");
        request.put("code_challenge", Secrets.s256(verifier));
        request.put("code_challenge_method", "S256");
        return request;
    }

    HttpResponse<String> authorize(Map<String, String> request) {
        return browser.get(issuer + "/authorize?" + query(request));
    }

    HttpResponse<String> submit(HttpResponse<String> form, String email, String password) {
        return browser.post(
                issuer + "/login",
                Map.of("transaction", hidden(form.body(), "transaction"), "username", email, "password", password));
    }

    /** Signs in, by the form unless the browser is known, and returns the answer's parameters. */
    Map<String, String> signIn(String email) {
        HttpResponse<String> form = authorize(request());
        return parameters(location(form.statusCode() == 303 ? form : submit(form, email, DemoCompanies.PASSWORD)));
    }

    HttpResponse<String> exchange(String code) {
        return exchange(code, verifier, REDIRECT);
    }

    HttpResponse<String> exchange(String code, String codeVerifier, String redirectUri) {
        return token(Map.of(
                "grant_type", "authorization_code",
                "code", code,
                "code_verifier", codeVerifier,
                "redirect_uri", redirectUri));
    }

    HttpResponse<String> token(Map<String, String> form) {
        return browser.post(issuer + "/token", form, "Authorization", basic());
    }

    JsonObject tokens(String email) {
        return new JsonObject(exchange(signIn(email).get("code")).body());
    }

    static String basic() {
        String pair = ID + ":" + URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
