package dev.sallyport.broker.federation;

import com.nimbusds.jwt.JWTClaimsSet;
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
import java.util.Optional;

/** The tenant's IdP says that a session ended (Back-Channel Logout 1.0 §2.6): what came from it here ends, and the applications are told. */
public final class UpstreamLogout {
    private static final String TAKE =
            "INSERT INTO used_jtis (tenant_id, issuer, jti, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

    private final Connections connections;
    private final Upstream upstream;
    private final Sessions sessions;
    private final Database database;

    public UpstreamLogout(Connections connections, Upstream upstream, Sessions sessions, Database database) {
        this.connections = connections;
        this.upstream = upstream;
        this.sessions = sessions;
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
                                IdTokenCheck.require(
                                        type.isEmpty() || type.equals("JWT") || type.equals("logout+jwt"), "typ");
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
        IdTokenCheck.require(IdTokenCheck.isLogoutEvent(claims.getClaim("events"), Tokens.LOGOUT_EVENT), "events");
        IdTokenCheck.require(claims.getClaim("nonce") == null, "nonce");
        Object name = claims.getClaim("sid");
        IdTokenCheck.require(name == null || name instanceof String, "sid");
        Optional<String> sid = Optional.ofNullable((String) name);
        Optional<String> subject = Optional.ofNullable(claims.getSubject());
        IdTokenCheck.require(sid.isPresent() || subject.isPresent(), "sid_or_sub");
        String jti = claims.getJWTID();
        IdTokenCheck.require(jti != null && !jti.isEmpty() && jti.length() <= 500, "jti");
        Instant until = IdTokenCheck.time(claims, "iat")
                .plus(IdTokenCheck.MAX_AGE)
                .plus(IdTokenCheck.SKEW)
                .plus(IdTokenCheck.SKEW);
        // The subject of a logout token is the OpenID one; where people are keyed by another claim only the sid can
        // tell.
        Optional<String> bySubject = connection.claims().subject().equals("sub") ? subject : Optional.empty();
        IdTokenCheck.require(sid.isPresent() || bySubject.isPresent(), "sid_missing");
        // Taken and done or neither: a token whose work failed may come again.
        return database.tenants()
                .transaction(tenant.id(), tx -> tx.preparedQuery(TAKE)
                        .execute(
                                Tuple.of(tenant.id().value(), connection.issuer(), jti, until.atOffset(ZoneOffset.UTC)))
                        .compose(rows -> {
                            IdTokenCheck.require(rows.rowCount() == 1, "replayed");
                            return sessions.endUpstream(tx, tenant, connection.id(), sid, bySubject, "upstream_logout");
                        }))
                .mapEmpty();
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
