package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Field;
import dev.sallyport.broker.application.Application;
import dev.sallyport.tenant.jwks.KeySet;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What an application may register for {@code private_key_jwt}: one source of keys, and no private halves (RFC 7517 §4, RFC 7518 §6). */
final class ClientKeyRules {
    private static final List<String> PRIVATE = List.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    private ClientKeyRules() {}

    /** Adds every field at fault. */
    static void check(Application application, List<Field> faults) {
        boolean wanted = application.tokenEndpointAuthMethod().equals("private_key_jwt");
        boolean jwks = application.keys().jwks().isPresent();
        boolean uri = application.keys().uri().isPresent();
        if (!wanted && jwks) {
            faults.add(Field.body("#/jwks", "is for private_key_jwt only; null removes it"));
        }
        if (!wanted && uri) {
            faults.add(Field.body("#/jwks_uri", "is for private_key_jwt only; null removes it"));
        }
        if (wanted && jwks == uri) {
            faults.add(Field.body(
                    jwks ? "#/jwks_uri" : "#/jwks",
                    "exactly one of jwks and jwks_uri must be given; null removes one"));
        }
        application.keys().jwks().ifPresent(set -> keys(set.getJsonArray("keys"), faults));
    }

    private static void keys(JsonArray keys, List<Field> faults) {
        for (int i = 0; i < keys.size(); i++) {
            JsonObject key = keys.getJsonObject(i);
            String pointer = "#/jwks/keys/" + i;
            PRIVATE.stream()
                    .filter(key::containsKey)
                    .forEach(name -> faults.add(
                            Field.body(pointer + "/" + name, "is a private member; register the public key only")));
            if (PRIVATE.stream().noneMatch(key::containsKey)
                    && KeySet.usable(key).isEmpty()) {
                faults.add(Field.body(
                        pointer, "cannot verify a signature; RSA of 2048 to 8192 bits, P-256, P-384 and P-521 can"));
            }
        }
    }
}
