package dev.sallyport.broker.federation;

import dev.sallyport.broker.people.Profile;
import dev.sallyport.broker.people.SignIn;
import dev.sallyport.broker.people.UpstreamGoodbye;
import dev.sallyport.broker.session.AuthTime;
import dev.sallyport.broker.session.UpstreamGrant;
import dev.sallyport.broker.web.Cookies;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.database.Database;
import dev.sallyport.outbound.OutboundLimits;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.connection.ClaimNames;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionStatus;
import dev.sallyport.tenant.connection.Connections;
import dev.sallyport.tenant.connection.ProviderMetadata;
import dev.sallyport.tenant.domain.Domains;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The callback from a tenant's IdP: burns the transaction, compares, swaps the code, checks the tokens. What comes out is a proven identity
 * or a reason; who that is here, and what opens for them, is decided elsewhere.
 */
public final class Arrival {
    private static final Duration PATIENCE = OutboundLimits.DEFAULT.total();

    private final String publicUrl;
    private final Database database;
    private final Connections connections;
    private final Transactions transactions;
    private final Upstream upstream;
    private final Domains domains;
    private final Cookies cookies;

    public Arrival(
            String publicUrl,
            Database database,
            Connections connections,
            Transactions transactions,
            Upstream upstream,
            Domains domains,
            Cookies cookies) {
        this.publicUrl = publicUrl;
        this.database = database;
        this.connections = connections;
        this.transactions = transactions;
        this.upstream = upstream;
        this.domains = domains;
        this.cookies = cookies;
    }

    /** What a callback leads to. */
    public sealed interface Outcome {
        /** Somebody proved who they are. */
        record Proven(Connection connection, SignIn.Proven identity, Facts facts, JsonObject request, Purpose purpose)
                implements Outcome {}

        /** Nobody did, but the transaction was in order: the application can be told. */
        record Failed(String reason, JsonObject request, Purpose purpose, Optional<Connection> connection)
                implements Outcome {}

        /** The browser is back from signing out at the IdP, whatever that said. */
        record SignedOut(Optional<String> returnTo) implements Outcome {}

        /** The callback belongs to nothing that is under way in this browser. */
        record Unknown(String reason) implements Outcome {}
    }

    /**
     * What the IdP says of the sign-in itself.
     *
     * @param sessionExpiry until when the IdP lets the session live (IPSIE)
     * @param idToken as it came, where signing out will need it
     * @param grant the IdP's refresh token, where it will be asked by it
     */
    public record Facts(
            Optional<String> sid,
            AuthTime authTime,
            Optional<String> acr,
            List<String> amr,
            Optional<Instant> sessionExpiry,
            Optional<String> idToken,
            Optional<UpstreamGrant> grant) {
        Facts keeping(Optional<String> token, Optional<UpstreamGrant> refresh) {
            return new Facts(sid, authTime, acr, amr, sessionExpiry, token, refresh);
        }
    }

    /** Takes a callback; also writes the audit event of a failure. */
    public Future<Outcome> take(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        Parameters parameters = Parameters.query(context);
        Optional<ConnectionId> path = ConnectionId.parse(context.pathParam("connection"));
        String state;
        try {
            state = parameters.require("state");
        } catch (OAuthError e) {
            return unknown(tenant, "state_missing");
        }
        return transactions.burn(tenant, state).compose(found -> {
            if (found.isEmpty()) {
                return unknown(tenant, "state_unknown_or_used");
            }
            Transactions.Burnt burnt = found.get();
            String cookieName = Transactions.cookieName(state);
            Optional<String> browser = cookies.all(context, cookieName).stream()
                    .filter(burnt::isBoundTo)
                    .findFirst();
            cookies.drop(context, tenant, Transactions.COOKIE_PATH, cookieName);
            if (path.isEmpty() || !path.get().equals(burnt.connection())) {
                return unknown(tenant, "other_connection");
            }
            if (browser.isEmpty()) {
                return unknown(tenant, "other_browser");
            }
            if (burnt.purpose() == Purpose.SIGN_OUT) {
                return Future.succeededFuture(new Outcome.SignedOut(
                        Optional.ofNullable(burnt.request().getString(UpstreamSignOut.RETURN_TO))));
            }
            return connections
                    .find(tenant.id(), burnt.connection())
                    .compose(connection -> connection
                            .map(c -> inTime(proven(tenant, parameters, c, burnt, browser.get())))
                            .orElseGet(() -> Future.failedFuture(new IdTokenCheck.Untrusted("connection_gone"))))
                    .recover(failure -> failed(tenant, burnt, failure));
        });
    }

    /** All calls of one sign-in together may take as long as one: the person waits for the sum. */
    private static Future<Outcome> inTime(Future<Outcome> outcome) {
        return outcome.timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .recover(e -> Future.failedFuture(
                        e instanceof TimeoutException ? new IdTokenCheck.Untrusted("idp_timeout") : e));
    }

    private Future<Outcome> proven(
            Tenant tenant, Parameters parameters, Connection connection, Transactions.Burnt burnt, String browser) {
        IdTokenCheck.require(connection.issuer().equals(burnt.issuer()), "issuer_changed");
        IdTokenCheck.require(connection.status() == ConnectionStatus.ACTIVE || burnt.isTest(), "connection_disabled");
        return upstream.metadata(tenant.id(), connection).compose(metadata -> {
            Optional<String> iss = parameters.get("iss");
            IdTokenCheck.require(iss.isPresent() || !metadata.issParameterSupported(), "iss_parameter_missing");
            IdTokenCheck.require(iss.map(connection.issuer()::equals).orElse(true), "iss_parameter");
            IdTokenCheck.require(
                    !parameters.has("error"),
                    "idp_"
                            + parameters
                                    .get("error")
                                    .filter(e -> e.matches("[a-z_]{1,60}"))
                                    .orElse("error"));
            String code = parameters.get("code").orElseThrow(() -> new IdTokenCheck.Untrusted("code_missing"));
            String redirectUri = Connection.redirectUri(publicUrl, tenant.slug(), connection.id());
            return upstream.exchange(tenant.id(), connection, metadata, code, redirectUri, Departure.verifier(browser))
                    .compose(tokens -> identity(tenant, connection, metadata, burnt, tokens, Departure.nonce(browser)));
        });
    }

    private Future<Outcome> identity(
            Tenant tenant,
            Connection connection,
            ProviderMetadata metadata,
            Transactions.Burnt burnt,
            JsonObject tokens,
            String nonce) {
        IdTokenCheck.require(tokens.getValue("id_token") instanceof String, "id_token_missing");
        return upstream.idToken(tenant.id(), connection, tokens.getString("id_token"), nonce)
                .compose(idToken -> ofThisTenant(tenant, connection, new JsonObject(idToken.toJSONObject())))
                .compose(claims -> {
                    boolean kept = connection.upstreamLogout()
                            && metadata.endSessionEndpoint().isPresent();
                    Facts facts = SignInFacts.read(claims, burnt.request(), burnt.begunAt())
                            .keeping(
                                    kept ? Optional.of(tokens.getString("id_token")) : Optional.empty(),
                                    grant(connection, tokens, claims.getString("sub"), nonce));
                    String subject = SubjectClaim.read(
                            claims, connection.issuer(), connection.claims().subject());
                    return completed(tenant, connection, metadata, tokens, claims)
                            .map(all -> {
                                Profile profile = ClaimReader.profile(all, connection.claims(), subject);
                                JsonObject remembered = new JsonObject()
                                        .put("email", profile.email().orElse(null))
                                        .put("iat", claims.getValue("iat"));
                                return new Outcome.Proven(
                                        connection,
                                        new SignIn.Proven(
                                                connection.id(),
                                                connection.issuer(),
                                                subject,
                                                profile,
                                                remembered,
                                                new UpstreamGoodbye.Origin(
                                                        facts.sid(), claims.getString("sub"), burnt.begunAt())),
                                        facts,
                                        burnt.request().copy().put("claims", burnt.isTest() ? all : null),
                                        burnt.purpose());
                            });
                });
    }

    private Future<JsonObject> ofThisTenant(Tenant tenant, Connection connection, JsonObject claims) {
        return HostedDomain.matters(connection)
                ? domains.verified(tenant.id()).map(own -> {
                    HostedDomain.check(claims, own);
                    return claims;
                })
                : Future.succeededFuture(claims);
    }

    private static Optional<UpstreamGrant> grant(Connection connection, JsonObject tokens, String sub, String nonce) {
        return connection.liveness().isPresent()
                        && tokens.getValue("refresh_token") instanceof String token
                        && !token.isEmpty()
                        && token.length() <= UpstreamGrant.MOST_TOKEN
                ? Optional.of(new UpstreamGrant(token, connection.issuer(), sub, nonce))
                : Optional.empty();
    }

    /** Asks userinfo only for what the ID token lacks; the ID token's word stands. */
    private Future<JsonObject> completed(
            Tenant tenant, Connection connection, ProviderMetadata metadata, JsonObject tokens, JsonObject claims) {
        ClaimNames names = connection.claims();
        boolean lacking = Stream.of(names.email(), names.name(), names.groups())
                .anyMatch(name -> ClaimPath.find(claims, name) == null);
        if (!lacking
                || metadata.userinfoEndpoint().isEmpty()
                || !(tokens.getValue("access_token") instanceof String accessToken)) {
            return Future.succeededFuture(claims);
        }
        return upstream.userinfo(tenant.id(), metadata.userinfoEndpoint().get(), accessToken, claims.getString("sub"))
                .map(more -> more.copy().mergeIn(claims));
    }

    private Future<Outcome> unknown(Tenant tenant, String reason) {
        return audit(tenant, "sign_in.unknown_callback", reason).map(new Outcome.Unknown(reason));
    }

    private Future<Outcome> failed(Tenant tenant, Transactions.Burnt burnt, Throwable failure) {
        String reason = failure instanceof OAuthError
                ? "callback_malformed"
                : IdTokenCheck.reason(failure).orElse(null);
        if (reason == null) {
            return Future.failedFuture(failure);
        }
        return connections.find(tenant.id(), burnt.connection()).compose(connection -> audit(
                        tenant, "sign_in.failed", reason)
                .map(new Outcome.Failed(reason, burnt.request(), burnt.purpose(), connection)));
    }

    private Future<Void> audit(Tenant tenant, String action, String reason) {
        return AuditTrail.append(
                database.tenants(),
                tenant.id(),
                AuditEvent.of("browser", action, "tenant:" + tenant.slug()).because(reason));
    }
}
