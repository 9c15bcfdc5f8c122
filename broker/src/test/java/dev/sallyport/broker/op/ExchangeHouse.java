package dev.sallyport.broker.op;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Two nodes, two tenants, four applications: {@code ledger} may exchange API keys and ask for {@code notes} and {@code far}; {@code notes}
 * may ask for {@code archive}; {@code plain} may nothing; {@code far} is not enabled at acme. Who is in {@code staff} reads, who is in
 * {@code writers} writes too.
 */
final class ExchangeHouse implements AutoCloseable {
    static final String API_KEY = "urn:sallyport:token-type:api_key";
    static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

    final Vertx vertx = Vertx.vertx();
    final EvilIdp idp = EvilIdp.start(vertx);
    final TestBroker broker = TestBroker.start(idp.hostPort());
    final TestBroker other = broker.anotherNode(idp.hostPort());
    final AdminCaller operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
    final Rows rows = new Rows(broker);
    final Tenant acme;
    final Tenant globex;
    private final Map<String, String> secrets = new HashMap<>();

    ExchangeHouse() {
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        globex = broker.liveTenant("globex", idp);
        for (String app : List.of("ledger", "notes", "archive", "plain", "far")) {
            secrets.put(
                    app,
                    broker.application(app, redirect(app), Optional.of("https://" + app + ".example/backchannel")));
        }
        for (Tenant tenant : List.of(acme, globex)) {
            Connection connection = broker.connections(tenant).get(0);
            broker.map(tenant, connection, "writers", "writer");
            broker.map(tenant, connection, "admins", "admin");
            for (String app : List.of("ledger", "notes", "archive", "plain")) {
                broker.enable(tenant, app);
            }
        }
        entrust("ledger", true, "notes", "far");
        entrust("notes", false, "archive");
    }

    /** Lets an application exchange. */
    void entrust(String app, boolean apiKeys, String... onBehalfOf) {
        operator.patch(
                        "/applications/" + app,
                        new JsonObject()
                                .put(
                                        "token_exchange",
                                        new JsonObject()
                                                .put("api_keys", apiKeys)
                                                .put("on_behalf_of", new JsonArray(List.of(onBehalfOf)))))
                .expect(200);
    }

    /** An application in a tenant. */
    Relying app(String tenant, String app) {
        return new Relying(broker.issuer(tenant), app, secrets.get(app), redirect(app));
    }

    private static String redirect(String app) {
        return "https://" + app + ".example/callback";
    }

    /** Makes the IdP say that somebody in these groups signs in. */
    void be(String name, String... groups) {
        idp.person = new JsonObject()
                .put("sub", name)
                .put("email", name + "@example.com")
                .put("email_verified", true)
                .put("name", name)
                .put("preferred_username", name + "@example.com")
                .put("groups", new JsonArray(List.of(groups)));
    }

    /** Makes a key with a person's token; answers all of it. */
    static JsonObject key(Browser browser, Relying at, String token, String... scopes) {
        JsonObject body = new JsonObject().put("name", "ci");
        if (scopes.length > 0) {
            body.put("scopes", new JsonArray(List.of(scopes)));
        }
        Browser.Answer made = browser.json("POST", at.issuer + "/api-keys", body, "Authorization", "Bearer " + token);
        if (made.status() != 201) {
            throw new AssertionError("no key: " + made);
        }
        return made.json();
    }

    /** Exchanges; extra form fields replace the usual ones. */
    static Browser.Answer exchange(Browser browser, Relying as, String type, String token, String... extra) {
        return as.token(
                browser,
                new LinkedHashMap<>(Map.of(
                        "grant_type", EXCHANGE,
                        "subject_token", token,
                        "subject_token_type", type)),
                extra);
    }

    /** What a good exchange gives. */
    static String token(Browser.Answer answer) {
        if (answer.status() != 200) {
            throw new AssertionError("no token: " + answer);
        }
        return answer.json().getString("access_token");
    }

    static String error(Browser.Answer answer) {
        if (answer.status() != 400 && answer.status() != 401) {
            throw new AssertionError("not refused: " + answer);
        }
        return answer.json().getString("error");
    }

    static JWTClaimsSet claims(String token) {
        try {
            return SignedJWT.parse(token).getJWTClaimsSet();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        other.close();
        broker.close();
        idp.close();
        vertx.close();
    }
}
