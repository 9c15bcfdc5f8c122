package dev.sallyport.broker.federation;

import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.Cookies;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ProviderKind;
import dev.sallyport.tenant.connection.ProviderMetadata;
import dev.sallyport.tenant.connection.Providers;
import dev.sallyport.tenant.domain.Domains;
import dev.sallyport.tenant.secret.Aead;
import dev.sallyport.tenant.setup.TestDeparture;
import dev.sallyport.tenant.setup.TestSignIn;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Sends a browser to the tenant's IdP, with a transaction that is bound to that browser and can be answered once. */
public final class Departure implements TestSignIn {
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    private final String publicUrl;
    private final Database database;
    private final Providers providers;
    private final Transactions transactions;
    private final Cookies cookies;
    private final Domains domains;

    public Departure(
            String publicUrl,
            Database database,
            Providers providers,
            Transactions transactions,
            Cookies cookies,
            Domains domains) {
        this.publicUrl = publicUrl;
        this.database = database;
        this.providers = providers;
        this.transactions = transactions;
        this.cookies = cookies;
        this.domains = domains;
    }

    /** For a person who signs in to an application. Fails with {@link IdTokenCheck.Untrusted} if the IdP is not to be had. */
    public Future<Void> signIn(RoutingContext context, Tenant tenant, Connection connection, JsonObject request) {
        return depart(context, tenant, connection, Purpose.SIGN_IN, request);
    }

    /** For a person who signs in to their own page. Fails with {@link IdTokenCheck.Untrusted} if the IdP is not to be had. */
    public Future<Void> toAccount(
            RoutingContext context, Tenant tenant, Connection connection, Optional<String> loginHint) {
        JsonObject request = new JsonObject();
        loginHint.ifPresent(hint -> request.put("login_hint", hint));
        return depart(context, tenant, connection, Purpose.ACCOUNT, request);
    }

    private Future<Void> depart(
            RoutingContext context, Tenant tenant, Connection connection, Purpose purpose, JsonObject request) {
        Future<TestDeparture> begun = begin(tenant, connection, purpose, request)
                .recover(failure -> IdTokenCheck.reason(failure)
                        .map(reason -> AuditTrail.append(
                                        database.tenants(),
                                        tenant.id(),
                                        AuditEvent.of("browser", "sign_in.failed", "tenant:" + tenant.slug())
                                                .because(reason))
                                .<TestDeparture>compose(v -> Future.failedFuture(new IdTokenCheck.Untrusted(reason))))
                        .orElseGet(() -> Future.failedFuture(failure)));
        return begun.map(departure -> {
            departure.cookies().forEach(context.response()::addCookie);
            Answers.redirect(context, departure.location());
            return null;
        });
    }

    /** For an admin who tries the connection; nobody is created, and the browser comes back to where it was. */
    @Override
    public Future<TestDeparture> begin(Tenant tenant, Connection connection, String returnTo) {
        return begin(tenant, connection, Purpose.TEST, new JsonObject().put(TestSignIns.RETURN_TO, returnTo));
    }

    /**
     * Stores the transaction and answers the address to go to, with the cookie that binds the browser.
     *
     * @param request what is remembered meanwhile; of it {@code prompt}, {@code max_age}, {@code acr_values} are passed on, and of the hints what {@link Hints} lets through
     */
    private Future<TestDeparture> begin(Tenant tenant, Connection connection, Purpose purpose, JsonObject request) {
        Transactions.Begun begun = Transactions.Begun.of(connection, purpose, request);
        return providers.metadata(tenant.id(), connection).compose(metadata -> hints(tenant, connection, request)
                .compose(hints -> transactions
                        .begin(tenant.id(), begun)
                        .map(v -> new TestDeparture(
                                address(tenant, connection, metadata, begun, request, hints),
                                List.of(begun.cookie(cookies, tenant))))));
    }

    private Future<Map<String, String>> hints(Tenant tenant, Connection connection, JsonObject request) {
        Hints hints = Hints.of(request);
        // Nothing is looked up for what no domain can change.
        boolean matters = hints.domain().isPresent()
                || hints.loginHint().filter(hint -> hint.indexOf('@') >= 0).isPresent()
                || connection.provider() == ProviderKind.GOOGLE;
        Future<Set<String>> own = matters ? domains.verified(tenant.id()) : Future.succeededFuture(Set.of());
        return own.map(proven -> hints.towards(connection.provider(), proven));
    }

    /** The nonce that belongs to a browser's secret. */
    static String nonce(String browser) {
        return derive(browser, "nonce");
    }

    /** The PKCE verifier that belongs to a browser's secret: 43 characters (RFC 7636 §4.1). */
    static String verifier(String browser) {
        return derive(browser, "code_verifier");
    }

    private static String derive(String browser, String purpose) {
        return URL.encodeToString(Aead.derive(browser.getBytes(StandardCharsets.US_ASCII), purpose));
    }

    private String address(
            Tenant tenant,
            Connection connection,
            ProviderMetadata metadata,
            Transactions.Begun begun,
            JsonObject request,
            Map<String, String> hints) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("response_type", "code");
        query.put("client_id", connection.clientId());
        query.put("redirect_uri", Connection.redirectUri(publicUrl, tenant.slug(), connection.id()));
        query.put("scope", String.join(" ", scopes(connection)));
        query.put("state", begun.state());
        query.put("nonce", nonce(begun.browser()));
        query.put("code_challenge", challenge(verifier(begun.browser())));
        query.put("code_challenge_method", "S256");
        if (connection.liveness().isPresent() && connection.provider() == ProviderKind.GOOGLE) {
            query.put("access_type", "offline");
        }
        String prompt = request.getJsonArray("prompt", new JsonArray()).stream()
                .map(String::valueOf)
                .filter(p -> !p.equals("consent"))
                .collect(Collectors.joining(" "));
        if (!prompt.isEmpty()) {
            query.put("prompt", prompt);
        }
        for (String passedOn : List.of("max_age", "acr_values")) {
            if (request.getValue(passedOn) != null) {
                query.put(passedOn, String.valueOf(request.getValue(passedOn)));
            }
        }
        query.putAll(hints);
        return address(metadata.authorizationEndpoint(), query);
    }

    /** Where the provider will be asked whether people are still there, it is asked for a refresh token (OpenID Connect Core §11). */
    private static List<String> scopes(Connection connection) {
        boolean asks = connection.liveness().isPresent()
                && connection.provider() != ProviderKind.GOOGLE
                && !connection.scopes().contains("offline_access");
        return asks
                ? Stream.concat(connection.scopes().stream(), Stream.of("offline_access"))
                        .toList()
                : connection.scopes();
    }

    /** An endpoint, which may have a query of its own, with parameters. */
    static String address(String endpoint, Map<String, String> query) {
        return query.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", endpoint + (endpoint.indexOf('?') < 0 ? "?" : "&"), ""));
    }

    private static String challenge(String verifier) {
        try {
            return URL.encodeToString(
                    MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
