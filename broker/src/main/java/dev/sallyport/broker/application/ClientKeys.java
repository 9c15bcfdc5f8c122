package dev.sallyport.broker.application;

import com.nimbusds.jose.jwk.JWK;
import dev.sallyport.tenant.jwks.KeySet;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * Where the public keys of an application that authenticates by {@code private_key_jwt} are: registered with it, or at an address of its
 * own (RFC 7591 §2).
 *
 * @param jwks the key set as it was registered
 * @param uri where it publishes its key set
 * @param own the keys of {@code jwks} that can verify a signature
 */
public record ClientKeys(Optional<JsonObject> jwks, Optional<String> uri, List<JWK> own) {
    /** No keys: it authenticates by a secret, or not at all. */
    public static final ClientKeys NONE = of(Optional.empty(), Optional.empty());

    public ClientKeys {
        own = List.copyOf(own);
    }

    /** Reads the registered keys. */
    public static ClientKeys of(Optional<JsonObject> jwks, Optional<String> uri) {
        List<JWK> own = jwks.map(set -> set.getJsonArray("keys", new JsonArray()).stream()
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .flatMap(key -> KeySet.usable(key).stream())
                        .toList())
                .orElse(List.of());
        return new ClientKeys(jwks, uri, own);
    }
}
