package dev.sallyport.tenant.secret;

import dev.sallyport.database.TenantId;
import java.util.Base64;

/** The key above all keys: 32 bytes that wrap every tenant's data key. It is in no database. */
public final class MasterKey {
    private final byte[] key;

    private MasterKey(byte[] key) {
        this.key = key;
    }

    /**
     * Reads the setting.
     *
     * @throws IllegalArgumentException if it is not 32 bytes in base64, or is obviously no random key
     */
    public static MasterKey parse(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be base64", e);
        }
        if (bytes.length != 32) {
            throw new IllegalArgumentException("must be 32 bytes in base64, not " + bytes.length);
        }
        return of(bytes, true);
    }

    /** From bytes. */
    public static MasterKey of(byte[] bytes, boolean mustLookRandom) {
        if (mustLookRandom
                && new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                                .chars()
                                .distinct()
                                .count()
                        < 12) {
            throw new IllegalArgumentException("must be random bytes; make one with: openssl rand -base64 32");
        }
        return new MasterKey(bytes.clone());
    }

    /** The raw key, for what is derived from it. */
    public byte[] bytes() {
        return key.clone();
    }

    byte[] newDataKey(TenantId tenant) {
        byte[] dataKey = new byte[32];
        new java.security.SecureRandom().nextBytes(dataKey);
        return Aead.seal(key, (byte) 1, "tenants/" + tenant + "/data_key", dataKey);
    }

    byte[] unwrap(TenantId tenant, byte[] wrapped) {
        return Aead.open(key, "tenants/" + tenant + "/data_key", wrapped);
    }
}
