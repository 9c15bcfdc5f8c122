package dev.sallyport.database;

import java.security.SecureRandom;
import java.util.UUID;

/** Time-ordered identifiers (RFC 9562 §5.7): 48 bits of Unix milliseconds, 74 bits of randomness. They keep indexes compact. */
public final class Uuid7 {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Uuid7() {}

    /** A new identifier. Unique, not secret: the time of its making can be read from it. */
    public static UUID next() {
        long most = (System.currentTimeMillis() << 16) | 0x7000L | RANDOM.nextInt(1 << 12);
        long least = (RANDOM.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(most, least);
    }
}
