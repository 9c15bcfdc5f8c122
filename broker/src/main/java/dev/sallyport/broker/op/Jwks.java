package dev.sallyport.broker.op;

import dev.sallyport.broker.keys.SigningKeys;
import dev.sallyport.broker.web.Tenancy;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;

/** The tenant's public keys (RFC 7517 §5), from memory. */
public final class Jwks {
    private final SigningKeys keys;

    public Jwks(SigningKeys keys) {
        this.keys = keys;
    }

    /** GET {@code /t/{tenant}/jwks}. */
    public Future<Void> handle(RoutingContext context) {
        return keys.of(Tenancy.of(context).id()).map(all -> {
            Cached.send(context, Buffer.buffer(all.jwks()), all.etag(), (int) SigningKeys.CACHED.toSeconds());
            return null;
        });
    }
}
