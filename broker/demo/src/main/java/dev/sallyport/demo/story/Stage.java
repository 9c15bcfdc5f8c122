package dev.sallyport.demo.story;

import dev.sallyport.demo.app.DemoApp;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Where the story is played.
 *
 * @param publicUrl of the broker, without a slash at the end
 * @param operatorToken of the platform's operator
 * @param resource what the application calls its own API
 * @param app the application
 * @param world everything else that is not the broker
 */
public record Stage(String publicUrl, String operatorToken, String resource, DemoApp app, World world) {

    /** The operator at the admin API. */
    public Caller operator() {
        return Caller.bearer(publicUrl + "/admin/v1", operatorToken);
    }

    /** The issuer of a company's tenant. */
    public String issuer(Company company) {
        return publicUrl + "/t/" + company.slug();
    }

    /** The audience of the application's access tokens in a company's tenant. */
    public String audience(Company company) {
        return resource + "/t/" + company.slug();
    }

    /** Somebody with a token at the endpoints of a company's tenant. */
    public Caller at(Company company, String accessToken) {
        return Caller.bearer(issuer(company), accessToken);
    }

    /** Somebody with a token at the application's API for a company. */
    public Caller api(Company company, String accessToken) {
        return Caller.bearer(app.url() + "/t/" + company.slug() + "/api", accessToken);
    }

    /** Everybody whom the tenant knows. */
    List<JsonObject> users(Company company) {
        return operator().all(path(company, "/users?limit=200"));
    }

    /** Everybody whom the tenant knows by this address. */
    List<JsonObject> users(Company company, String email) {
        return users(company).stream()
                .filter(user -> email.equals(user.getString("email")))
                .toList();
    }

    static String path(Company company, String rest) {
        return "/tenants/" + company.slug() + rest;
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "Stage[" + publicUrl + "]";
    }
}
