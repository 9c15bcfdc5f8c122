package dev.sallyport.broker.federation;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.broker.people.UpstreamGoodbye;
import dev.sallyport.broker.session.Sessions;
import dev.sallyport.broker.token.Tokens;
import dev.sallyport.broker.web.Forms;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.Connections;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Tuple;
import java.text.ParseException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The tenant's IdP says that a session ended (Back-Channel Logout 1.0 §2.6): what came from it here ends, and the applications are told. */
public final class UpstreamLogout {
    private static final String TAKE =
            "INSERT INTO used_jtis (tenant_id, issuer, jti, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

    /** What the standard recommends, what older providers say, or nothing; a token of another kind is no logout token (RFC 8725 §3.11). */
    private static final Set<String> TYPES = Set.of("", "jwt", "logout+jwt", "application/logout+jwt");

    private final Connections connections;
    private final Upstream upstream;
    private final Database database;

    public UpstreamLogout(Connections connections, Upstream upstream, Database database) {
        this.connections = connections;
        this.upstream = upstream;
        this.database = database;
    }

    /** POST {@code /t/{tenant}/federation/{connection}/backchannel-logout}. */
    public Future<Void> handle(RoutingContext context) {
        Forms.require(context);
        Tenant tenant = Tenancy.of(context);
        String token = Parameters.form(context).require("logout_token");
        Optional<ConnectionId> id = ConnectionId.parse(context.pathParam("connection"));
        Future<Optional<Connection>> found =
                id.isEmpty() ? Future.succeededFuture(Optional.empty()) : connections.find(tenant.id(), id.get());
        return found.compose(connection -> {
                    if (connection.isEmpty()) {
                        throw new OAuthError(404, "not_found", "there is nothing here");
                    }
                    return upstream.logoutToken(tenant.id(), connection.get(), token)
                            .compose(jwt -> {
                                String type = jwt.getHeader().getType() == null
                                        ? ""
                                        : jwt.getHeader().getType().getType();
                                IdTokenCheck.require(TYPES.contains(type.toLowerCase(Locale.ROOT)), "typ");
                                return end(tenant, connection.get(), claims(jwt));
                            });
                })
                .recover(failure -> IdTokenCheck.reason(failure)
                        .map(reason -> refused(tenant, reason))
                        .orElseGet(() -> Future.failedFuture(failure)))
                .map(v -> {
                    context.response()
                            .setStatusCode(200)
                            .putHeader("Cache-Control", "no-store")
                            .end();
                    return null;
                });
    }

    private Future<Void> end(Tenant tenant, Connection connection, JWTClaimsSet claims) {
        UpstreamGoodbye goodbye = read(connection, claims);
        Instant until = IdTokenCheck.time(claims, "iat")
                .plus(IdTokenCheck.MAX_AGE)
                .plus(IdTokenCheck.SKEW)
                .plus(IdTokenCheck.SKEW);
        Tuple taken =
                Tuple.of(tenant.id().value(), connection.issuer(), claims.getJWTID(), until.atOffset(ZoneOffset.UTC));
        // Taken and done or neither: a token whose work failed may come again.
        return database.tenants()
                .transaction(
                        tenant.id(), tx -> tx.preparedQuery(TAKE).execute(taken).compose(rows -> {
                            IdTokenCheck.require(rows.rowCount() == 1, "replayed");
                            return Sessions.endUpstream(tx, tenant, goodbye, connection.issuer(), "upstream_logout");
                        }))
                .mapEmpty();
    }

    /** What makes it a logout token, beyond what it has in common with an ID token (Back-Channel Logout 1.0 §2.4, §2.6). */
    private static UpstreamGoodbye read(Connection connection, JWTClaimsSet claims) {
        IdTokenCheck.require(claims.getClaim("exp") != null, "exp");
        IdTokenCheck.require(IdTokenCheck.isLogoutEvent(claims.getClaim("events"), Tokens.LOGOUT_EVENT), "events");
        IdTokenCheck.require(claims.getClaim("nonce") == null, "nonce");
        String jti = claims.getJWTID();
        IdTokenCheck.require(jti != null && !jti.isEmpty() && jti.length() <= 500, "jti");
        Object sid = claims.getClaim("sid");
        IdTokenCheck.require(
                sid == null || (sid instanceof String name && !name.isEmpty() && name.length() <= 500), "sid");
        String sub = claims.getSubject();
        IdTokenCheck.require(sub == null || (!sub.isEmpty() && sub.length() <= 255), "sub");
        IdTokenCheck.require(sid != null || sub != null, "sid_or_sub");
        return new UpstreamGoodbye(connection.id(), Optional.ofNullable((String) sid), Optional.ofNullable(sub));
    }

    private Future<Void> refused(Tenant tenant, String reason) {
        return AuditTrail.append(
                        database.tenants(),
                        tenant.id(),
                        AuditEvent.of("anonymous", "upstream_logout.refused", "tenant:" + tenant.slug())
                                .because(reason))
                .compose(v -> Future.failedFuture(OAuthError.invalidRequest("the logout token is not believed")));
    }

    private static JWTClaimsSet claims(com.nimbusds.jwt.SignedJWT jwt) {
        try {
            return jwt.getJWTClaimsSet();
        } catch (ParseException e) {
            throw new IdTokenCheck.Untrusted("token_malformed");
        }
    }
}
