package dev.sallyport.tenant.jwks;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.outbound.OutboundRefused.Reason;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a JWK set (RFC 7517 §5) and keeps what can verify a signature. */
public final class KeySet {
    private static final int MAX_KEYS = 100;
    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192;
    private static final int MAX_RSA_EXPONENT_BITS = 32;

    private KeySet() {}

    /**
     * The public keys for signatures.
     *
     * @throws OutboundRefused BAD_DOCUMENT if there is no list, it has more than 100 keys or none that can be used
     */
    public static List<JWK> parse(JsonObject document) {
        if (!(document.getValue("keys") instanceof JsonArray array)) {
            throw new OutboundRefused(Reason.BAD_DOCUMENT, "the document has no list of keys");
        }
        if (array.size() > MAX_KEYS) {
            throw new OutboundRefused(Reason.BAD_DOCUMENT, "the document has more than " + MAX_KEYS + " keys");
        }
        List<JWK> keys = new ArrayList<>();
        for (Object entry : array) {
            if (entry instanceof JsonObject json) {
                usable(json).ifPresent(keys::add);
            }
        }
        if (keys.isEmpty()) {
            throw new OutboundRefused(Reason.BAD_DOCUMENT, "the document has no key that can verify a signature");
        }
        return List.copyOf(keys);
    }

    /**
     * The public half of a key that can verify signatures: RSA of 2048 to 8192 bits or a NIST curve. One that cannot be read or used says
     * nothing about its neighbours (RFC 7517 §5).
     */
    public static Optional<JWK> usable(JsonObject json) {
        try {
            JWK key = JWK.parse(json.encode());
            boolean forSignatures = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
            return forSignatures && isSound(key) ? Optional.of(key.toPublicJWK()) : Optional.empty();
        } catch (ParseException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isSound(JWK key) {
        if (key instanceof RSAKey rsa) {
            return rsa.size() >= MIN_RSA_BITS
                    && rsa.size() <= MAX_RSA_BITS
                    && rsa.getPublicExponent().decodeToBigInteger().bitLength() <= MAX_RSA_EXPONENT_BITS;
        }
        return key instanceof ECKey;
    }
}
