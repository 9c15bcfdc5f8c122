package dev.sallyport.tenant.connection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.outbound.OutboundRequest;
import dev.sallyport.outbound.OutboundResponse;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.connection.ProviderMetadata.IssuerMismatch;
import dev.sallyport.tenant.jwks.KeySet;
import dev.sallyport.tenant.jwks.Refreshing;
import dev.sallyport.tenant.jwks.RemoteKeys;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * What the tenants' providers say of themselves and which keys they sign with, kept for a while per connection. One fetch at a time and
 * at most two per 30 s for each, so that a flood of unknown key ids costs the provider nothing; a broken or empty answer never replaces
 * a good one.
 */
public final class Providers {
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration KEPT = Duration.ofHours(24);

    private final OutboundGate gate;
    private final Clock clock;
    private final Cache<Key, Provider> cache =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterAccess(KEPT).build();

    /** A connection towards one issuer: when the issuer changes, nothing that was known before counts. */
    private record Key(TenantId tenant, ConnectionId connection, String issuer) {}

    private record Provider(Refreshing<ProviderMetadata> metadata, RemoteKeys keys) {}

    public Providers(OutboundGate gate, Clock clock) {
        this.gate = gate;
        this.clock = clock;
    }

    /**
     * The provider's metadata, at most 10 minutes old, or the last good one while the provider is not to be had. Fails with {@link
     * IssuerMismatch} as soon as the provider names another issuer, else with {@link dev.sallyport.outbound.OutboundRefused}.
     */
    public Future<ProviderMetadata> metadata(TenantId tenant, Connection connection) {
        Refreshing<ProviderMetadata> metadata = provider(tenant, connection).metadata();
        return metadata.atMost(FRESH).recover(e -> {
            ProviderMetadata last = metadata.last();
            return last == null || e instanceof IssuerMismatch ? Future.failedFuture(e) : Future.succeededFuture(last);
        });
    }

    /**
     * The provider's public signature keys with this key id; all of them if {@code kid} is null. An unknown id makes the set be fetched
     * again, within the limits above; the list is empty if it stays unknown. Fails only if no good set was ever had.
     */
    public Future<List<JWK>> keys(TenantId tenant, Connection connection, String kid) {
        return provider(tenant, connection).keys().withId(kid);
    }

    /** Asks the provider now, even if it has just failed, and keeps nothing; for the checks. */
    Future<JsonObject> askForDocument(TenantId tenant, String issuer) {
        return fetchDocument(discovery(tenant, issuer).insisting());
    }

    /** Sends a form to the provider; for the checks. */
    Future<OutboundResponse> send(OutboundRequest request) {
        return gate.send(request);
    }

    /** Reads a document as this connection's. */
    ProviderMetadata read(JsonObject document, String issuer) {
        return ProviderMetadata.parse(document, issuer, gate.policy());
    }

    /** Asks for the keys now, even if the server has just failed, and keeps nothing; for the checks. */
    Future<List<JWK>> askForKeys(TenantId tenant, String jwksUri) {
        return fetchKeys(OutboundRequest.get(tenant, jwksUri).insisting());
    }

    private static OutboundRequest discovery(TenantId tenant, String issuer) {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return OutboundRequest.get(tenant, base + "/.well-known/openid-configuration");
    }

    private Future<JsonObject> fetchDocument(OutboundRequest request) {
        return gate.send(request).map(answer -> answer.expect(200).json());
    }

    private Future<List<JWK>> fetchKeys(OutboundRequest request) {
        return gate.send(request).map(answer -> KeySet.parse(answer.expect(200).json()));
    }

    private Provider provider(TenantId tenant, Connection connection) {
        return cache.get(new Key(tenant, connection.id(), connection.issuer()), key -> {
            Refreshing<ProviderMetadata> metadata = new Refreshing<>(
                    () -> fetchDocument(discovery(tenant, connection.issuer()))
                            .map(document -> read(document, connection.issuer())),
                    clock);
            RemoteKeys keys = new RemoteKeys(
                    () -> metadata(tenant, connection)
                            .compose(found -> fetchKeys(OutboundRequest.get(tenant, found.jwksUri()))),
                    clock);
            return new Provider(metadata, keys);
        });
    }
}
