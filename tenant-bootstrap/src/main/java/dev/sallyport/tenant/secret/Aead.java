package dev.sallyport.tenant.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM with a random nonce: version (1) || key id (1) || nonce (12) || ciphertext and tag. */
public final class Aead {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte VERSION = 1;
    private static final int NONCE = 12;
    private static final int HEADER = 2 + NONCE;

    private Aead() {}

    /**
     * Seals.
     *
     * @param key 32 bytes
     * @param keyId which generation of the key this is
     * @param associated what the ciphertext is bound to; opening needs the same
     */
    public static byte[] seal(byte[] key, byte keyId, String associated, byte[] plain) {
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(plain);
            return ByteBuffer.allocate(HEADER + sealed.length)
                    .put(VERSION)
                    .put(keyId)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key generation that sealed it. */
    public static byte keyId(byte[] sealed) {
        return sealed.length > 1 ? sealed[1] : -1;
    }

    /**
     * Opens.
     *
     * @throws Unreadable if the key is another one, the row is another one or a byte was changed
     */
    public static byte[] open(byte[] key, String associated, byte[] sealed) {
        if (sealed.length < HEADER + 16 || sealed[0] != VERSION) {
            throw new Unreadable(associated, null);
        }
        byte[] nonce = new byte[NONCE];
        System.arraycopy(sealed, 2, nonce, 0, NONCE);
        try {
            return cipher(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(sealed, HEADER, sealed.length - HEADER);
        } catch (GeneralSecurityException e) {
            throw new Unreadable(associated, e);
        }
    }

    /** A key for one purpose, derived from secret bytes that are already uniformly random. */
    public static byte[] derive(byte[] secret, String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Cipher cipher(int mode, byte[] key, byte[] nonce, String associated)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(associated.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** A stored secret does not open. */
    public static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String what, Throwable cause) {
            super("the stored secret " + what + " cannot be opened with this key", cause);
        }
    }
}
