package dev.sallyport.tenant.connection;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.jwk.JWK;
import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.outbound.OutboundRefused;
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
import java.util.Optional;

/**
 * What the tenants' providers say of themselves and which keys they sign with, kept for a while per connection. One fetch at a time and
 * at most two per 30 s for each, so that a flood of unknown key ids costs the provider nothing; a broken or empty answer never replaces
 * a good one.
 */
public final class Providers {
    private static final Duration FRESH = Duration.ofMinutes(10);
    /** How old what another node has read may be; longer than the background lets it become. */
    private static final Duration SHARED = Duration.ofMinutes(15);

    private static final Duration KEPT = Duration.ofHours(24);

    private final OutboundGate gate;
    private final Clock clock;
    private final Shelf shelf;
    private final Cache<Key, Provider> cache =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterAccess(KEPT).build();

    /** A connection towards one issuer: when the issuer changes, nothing that was known before counts. */
    private record Key(TenantId tenant, ConnectionId connection, String issuer) {}

    private record Provider(Refreshing<ProviderMetadata> metadata, RemoteKeys keys) {}

    /**
     * @param shelf shared by all nodes
     */
    public Providers(OutboundGate gate, Clock clock, Shelf shelf) {
        this.gate = gate;
        this.clock = clock;
        this.shelf = shelf;
    }

    /**
     * The provider's metadata, at most some minutes old, or the last good one while the provider is not to be had. Fails with {@link
     * IssuerMismatch} as soon as the provider names another issuer, with {@link TokenEndpointMoved} while the connection is stopped for that,
     * else with {@link OutboundRefused}.
     */
    public Future<ProviderMetadata> metadata(TenantId tenant, Connection connection) {
        if (connection.stopped().isPresent()) {
            return Future.failedFuture(
                    connection.stopped().get().equals(Stops.ISSUER) ? new IssuerMismatch() : new TokenEndpointMoved());
        }
        return known(tenant, connection);
    }

    private Future<ProviderMetadata> known(TenantId tenant, Connection connection) {
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

    /** The same for a token that anybody may have sent, within narrower limits. */
    public Future<List<JWK>> keysSaidByAnybody(TenantId tenant, Connection connection, String kid) {
        return provider(tenant, connection).keys().withIdSaidByAnybody(kid);
    }

    /** Asks the provider now, and keeps for all nodes what it says of itself. */
    Future<ProviderMetadata> fetch(TenantId tenant, Connection connection) {
        return fetchDocument(discovery(tenant, connection.issuer())).compose(document -> {
            ProviderMetadata metadata = read(document, connection.issuer());
            return shelf.put(tenant, connection, document).map(metadata);
        });
    }

    /** From the shelf while that is fresh, else from the provider; from the shelf again, however old, while the provider is away. */
    private Future<ProviderMetadata> readOrFetch(TenantId tenant, Connection connection) {
        return shelf.find(tenant, connection).compose(found -> {
            Optional<ProviderMetadata> kept = found.flatMap(k -> readable(k.document(), connection.issuer()));
            if (kept.isPresent() && found.get().age().compareTo(SHARED) < 0) {
                return Future.succeededFuture(kept.get());
            }
            return fetch(tenant, connection).recover(failure -> {
                if (failure instanceof IssuerMismatch) {
                    shelf.suspect(tenant);
                }
                return kept.isPresent() && failure instanceof OutboundRefused
                        ? Future.succeededFuture(kept.get())
                        : Future.failedFuture(failure);
            });
        });
    }

    /** What may be called was not always the same. */
    private Optional<ProviderMetadata> readable(JsonObject document, String issuer) {
        try {
            return Optional.of(read(document, issuer));
        } catch (IssuerMismatch | OutboundRefused e) {
            return Optional.empty();
        }
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
            Refreshing<ProviderMetadata> metadata = new Refreshing<>(() -> readOrFetch(tenant, connection), clock);
            RemoteKeys keys = new RemoteKeys(
                    () -> known(tenant, connection)
                            .compose(found -> fetchKeys(OutboundRequest.get(tenant, found.jwksUri()))),
                    clock);
            return new Provider(metadata, keys);
        });
    }
}
