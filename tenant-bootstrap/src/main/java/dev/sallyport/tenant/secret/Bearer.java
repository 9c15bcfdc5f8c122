package dev.sallyport.tenant.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** Opaque bearer secrets: 256 random bits with a prefix that tells what they are, stored as SHA-256 only. */
public final class Bearer {
    /** Refresh token. */
    public static final String REFRESH_TOKEN = "spr_";
    /** Authorization code. */
    public static final String CODE = "spc_";
    /** API key. */
    public static final String API_KEY = "spk_";
    /** SCIM token. */
    public static final String SCIM_TOKEN = "sps_";
    /** Setup link. */
    public static final String SETUP_LINK = "spl_";
    /** Operator token. */
    public static final String OPERATOR = "spo_";
    /** Client secret. */
    public static final String CLIENT_SECRET = "spx_";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

    private Bearer() {}

    /** A new secret. */
    public static String mint(String prefix) {
        return prefix + random(32);
    }

    /** So many random bytes as base64url. */
    public static String random(int bytes) {
        byte[] buffer = new byte[bytes];
        RANDOM.nextBytes(buffer);
        return URL.encodeToString(buffer);
    }

    /** SHA-256 of the secret's UTF-8 form; 32 bytes. */
    public static byte[] hash(String secret) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compares in a time that does not depend on where they differ. */
    public static boolean same(byte[] one, byte[] other) {
        return MessageDigest.isEqual(one, other);
    }
}
