package dev.sallyport.demo.directory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A secret that is kept as its SHA-256 only. */
final class Secrets {
    private final byte[] digest;

    Secrets(String secret) {
        if (secret.isBlank()) {
            throw new IllegalArgumentException("a secret must not be blank");
        }
        digest = sha256(secret);
    }

    /** Compares in constant time. */
    boolean matches(String offered) {
        return MessageDigest.isEqual(digest, sha256(offered));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every Java runtime", e);
        }
    }
}
