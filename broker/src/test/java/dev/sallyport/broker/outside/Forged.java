package dev.sallyport.broker.outside;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens as an attacker writes them, byte by byte, without a library that would refuse to. */
public final class Forged {
    private Forged() {}

    /** An empty signature. */
    public static String unsigned(JsonObject header, JsonObject claims) {
        return part(header.encode()) + "." + part(claims.encode()) + ".";
    }

    /** Any bytes as the signature. */
    public static String with(JsonObject header, JsonObject claims, byte[] signature) {
        return part(header.encode()) + "." + part(claims.encode()) + "." + part(signature);
    }

    /** HMAC-SHA-256 with a text as the key. */
    public static String hmac(JsonObject header, JsonObject claims, String key) {
        String input = part(header.encode()) + "." + part(claims.encode());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return input + "." + part(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A right signature by a key over any header. */
    public static String sign(JsonObject header, JsonObject claims, JWK key) {
        return text(header, key, claims.encode());
    }

    /** A right signature over any payload. */
    public static String text(JsonObject header, JWK key, String payload) {
        String input = part(header.encode()) + "." + part(payload);
        try {
            boolean pss = "PS256".equals(header.getValue("alg"));
            JWSSigner signer = key instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner((RSAKey) key);
            JWSAlgorithm algorithm =
                    key instanceof ECKey ? JWSAlgorithm.ES256 : pss ? JWSAlgorithm.PS256 : JWSAlgorithm.RS256;
            return input + "." + signer.sign(new JWSHeader(algorithm), input.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An honest token with other claims put in. */
    public static String swapPayload(String token, JsonObject claims) {
        String[] parts = token.split("\\.", -1);
        return parts[0] + "." + part(claims.encode()) + "." + parts[2];
    }

    /** Something in the shape of an encrypted token. */
    public static String encrypted(JsonObject header) {
        return part(header.encode()) + "." + part("key") + "." + part("iv") + "." + part("text") + "." + part("tag");
    }

    /** Claims that are so many lists deep, signed. */
    public static String deep(JsonObject header, JWK key, int depth) {
        return text(header, key, "{\"sub\":\"alice\",\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}");
    }

    /** A header that is so many lists deep. */
    public static String deepHeader(int depth) {
        return part("{\"alg\":\"ES256\",\"x\":" + "[".repeat(depth) + "]".repeat(depth) + "}") + "." + part("{}") + "."
                + part(new byte[64]);
    }

    /** A public key in the form in which it is printed, for those who take it as a password. */
    public static String pem(RSAKey key) {
        try {
            return "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                            .encodeToString(key.toRSAPublicKey().getEncoded())
                    + "\n-----END PUBLIC KEY-----\n";
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String part(String text) {
        return part(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String part(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
