package dev.sallyport.broker.op;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import dev.sallyport.broker.application.Application;
import dev.sallyport.broker.federation.IdTokenCheck;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.database.Database;
import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.outbound.OutboundRequest;
import dev.sallyport.outbound.Share;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.jwks.KeySet;
import dev.sallyport.tenant.jwks.RemoteKeys;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code private_key_jwt} (RFC 7523 §2.2): the signature is checked with the application's own keys, and an assertion is taken once per
 * tenant, on whatever node it comes again.
 */
public final class ClientAssertions {
    private static final Logger LOG = LoggerFactory.getLogger(ClientAssertions.class);
    private static final String TAKE =
            "INSERT INTO used_jtis (tenant_id, issuer, jti, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

    private final String publicUrl;
    private final Database database;
    private final OutboundGate gate;
    private final Clock clock;
    private final Cache<Published, RemoteKeys> published = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterAccess(Duration.ofHours(24))
            .build();

    /** Keys that an application publishes: when the address changes, nothing that was known before counts. */
    private record Published(String clientId, String uri) {}

    public ClientAssertions(String publicUrl, Database database, OutboundGate gate, Clock clock) {
        this.publicUrl = publicUrl;
        this.database = database;
        this.gate = gate;
        this.clock = clock;
    }

    /** Reads one that was made for this tenant. Throws {@code invalid_client} naming the claim at fault. */
    ClientAssertion read(Tenant tenant, String text) {
        return ClientAssertion.read(text, tenant.issuer(publicUrl), clock.instant());
    }

    /**
     * Whether the application signed it and it never came before. Fails with 503 {@code temporarily_unavailable} if its keys are not to be
     * had and never were: that says nothing about who calls.
     */
    Future<Boolean> accept(Tenant tenant, Application application, ClientAssertion assertion) {
        return keys(application, assertion.jwt().getHeader().getKeyID())
                .map(keys -> isSigned(assertion, keys))
                .recover(failure -> failure instanceof OutboundRefused
                        ? Future.failedFuture(new OAuthError(
                                503,
                                "temporarily_unavailable",
                                "the keys at this application's jwks_uri are not to be had; try again"))
                        : Future.failedFuture(failure))
                .compose(signed -> signed ? take(tenant, assertion) : Future.succeededFuture(false));
    }

    private static boolean isSigned(ClientAssertion assertion, List<JWK> keys) {
        try {
            IdTokenCheck.verified(assertion.jwt(), keys);
            return true;
        } catch (IdTokenCheck.Untrusted e) {
            return false;
        }
    }

    private Future<Boolean> take(Tenant tenant, ClientAssertion assertion) {
        return database.tenants()
                .query(
                        tenant.id(),
                        TAKE,
                        Tuple.of(
                                tenant.id().value(),
                                "client:" + assertion.clientId(),
                                assertion.jti(),
                                assertion.until().plus(IdTokenCheck.SKEW).atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.rowCount() == 1);
    }

    private Future<List<JWK>> keys(Application application, String kid) {
        return application
                .keys()
                .uri()
                .map(uri -> published
                        .get(new Published(application.clientId(), uri), this::remote)
                        .withId(kid))
                .orElseGet(() -> Future.succeededFuture(
                        RemoteKeys.select(application.keys().own(), kid)));
    }

    /** The calls are on the application's own share: its keys are the same in all tenants. */
    private RemoteKeys remote(Published which) {
        Share share = Share.ofApplication(which.clientId());
        return new RemoteKeys(
                () -> gate.send(OutboundRequest.get(share, which.uri()))
                        .map(answer -> KeySet.parse(answer.expect(200).json()))
                        .onFailure(e -> LOG.warn(
                                "the keys of application {} are not to be had: {}", which.clientId(), e.getMessage())),
                clock);
    }
}
