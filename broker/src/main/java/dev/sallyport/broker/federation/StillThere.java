package dev.sallyport.broker.federation;

import dev.sallyport.broker.session.SessionId;
import dev.sallyport.broker.session.UpstreamGrants;
import dev.sallyport.broker.session.UpstreamGrants.Claimed;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.Connections;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a person's provider, by its own refresh token, whether the person is still there (OpenID Connect Core §12). A no ends the session; an
 * outage does not. No transaction is open while the provider thinks, and whoever refreshes waits no longer than {@link #PATIENCE_MILLIS}:
 * an answer that comes later still counts.
 */
public final class StillThere {
    /** So long a refresh waits for the provider. */
    static final long PATIENCE_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(StillThere.class);

    /** If one of these is another than at the sign-in, it is not the same person's token any more (OpenID Connect Core §12.2). */
    private static final Set<String> IDENTITY = Set.of("iss", "aud", "sub", "azp", "nonce");

    private final Vertx vertx;
    private final Connections connections;
    private final Upstream upstream;
    private final UpstreamGrants grants;

    public StillThere(Vertx vertx, Connections connections, Upstream upstream, UpstreamGrants grants) {
        this.vertx = vertx;
        this.connections = connections;
        this.upstream = upstream;
        this.grants = grants;
    }

    /**
     * Asks, unless somebody else is asking or it is not due any more. False if the provider said no and the session has ended; true in every
     * other case.
     */
    public Future<Boolean> ask(Tenant tenant, SessionId session) {
        return grants.claim(tenant.id(), session)
                .compose(
                        claimed -> claimed.isEmpty() ? Future.succeededFuture(true) : patiently(tenant, claimed.get()));
    }

    private Future<Boolean> patiently(Tenant tenant, Claimed claimed) {
        Promise<Boolean> answer = Promise.promise();
        long timer = vertx.setTimer(PATIENCE_MILLIS, id -> answer.tryComplete(true));
        question(tenant.id(), claimed).onComplete(done -> {
            vertx.cancelTimer(timer);
            if (done.succeeded()) {
                answer.tryComplete(done.result());
            } else if (!answer.tryFail(done.cause())) {
                LOG.warn(
                        "a provider's answer about session {} is lost: {}",
                        claimed.session(),
                        done.cause().toString());
            }
        });
        return answer.future();
    }

    private Future<Boolean> question(TenantId tenant, Claimed claimed) {
        return connections.find(tenant, claimed.connection()).compose(found -> {
            Optional<Connection> its =
                    found.filter(c -> c.issuer().equals(claimed.grant().issuer()));
            return its.isEmpty()
                    ? neither(tenant, claimed, Optional.empty(), "connection_gone", true)
                    : upstream.refresh(tenant, its.get(), claimed.grant().refreshToken())
                            .recover(failure -> IdTokenCheck.reason(failure)
                                    .map(reason -> Future.<RefreshAnswer>succeededFuture(
                                            new RefreshAnswer.Neither(reason, false)))
                                    .orElseGet(() -> Future.failedFuture(failure)))
                            .compose(answer -> follow(tenant, its.get(), claimed, answer));
        });
    }

    private Future<Boolean> follow(TenantId tenant, Connection connection, Claimed claimed, RefreshAnswer answer) {
        if (answer instanceof RefreshAnswer.No) {
            return no(tenant, claimed, "upstream_gone", "invalid_grant");
        }
        if (answer instanceof RefreshAnswer.Neither neither) {
            return neither(tenant, claimed, Optional.empty(), neither.reason(), neither.ours());
        }
        RefreshAnswer.Yes yes = (RefreshAnswer.Yes) answer;
        Future<Void> checked = yes.idToken().isEmpty()
                ? Future.succeededFuture()
                : upstream.refreshedIdToken(tenant, connection, yes.idToken().get(), claimed.grant());
        return checked.compose(v -> grants.alive(tenant, claimed, yes.refreshToken()))
                .map(true)
                .recover(failure -> {
                    Optional<String> reason = IdTokenCheck.reason(failure);
                    if (reason.isEmpty()) {
                        return Future.failedFuture(failure);
                    }
                    return IDENTITY.contains(reason.get())
                            ? no(tenant, claimed, "upstream_mismatch", reason.get())
                            : neither(tenant, claimed, yes.refreshToken(), "id_token_" + reason.get(), true);
                });
    }

    private Future<Boolean> no(TenantId tenant, Claimed claimed, String cause, String error) {
        return grants.gone(tenant, claimed, cause, error).map(ended -> !ended);
    }

    private Future<Boolean> neither(
            TenantId tenant, Claimed claimed, Optional<String> newToken, String reason, boolean ours) {
        return grants.unanswered(tenant, claimed, newToken, reason, ours).map(true);
    }
}
