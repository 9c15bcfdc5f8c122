package dev.sallyport.verifier;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Signatures that were checked lately, by the token's SHA-256, so that a token that comes with every request is verified once. Only good
 * tokens get in, a fixed number of places bounds it, and whoever finds one here checks its time, its key and the cut-offs again.
 */
final class Remembered {
    private final AtomicReferenceArray<Entry> places;

    /** A token that was good once. */
    record Entry(String hash, VerifiedToken token, Tenant tenant, Key key) {}

    /**
     * @param places rounded up to a power of two; 0 to remember nothing
     */
    Remembered(int places) {
        this.places = new AtomicReferenceArray<>(places == 0 ? 0 : Integer.highestOneBit(Math.max(1, places - 1)) * 2);
    }

    boolean isOff() {
        return places.length() == 0;
    }

    static String hash(String token) {
        try {
            return new String(
                    MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)),
                    StandardCharsets.ISO_8859_1);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is remembered under a hash, or null. */
    Entry find(String hash) {
        Entry entry = places.get(place(hash));
        return entry != null && entry.hash.equals(hash) ? entry : null;
    }

    void add(Entry entry) {
        places.set(place(entry.hash), entry);
    }

    void remove(Entry entry) {
        places.compareAndSet(place(entry.hash), entry, null);
    }

    private int place(String hash) {
        return ((hash.charAt(0) << 16) | (hash.charAt(1) << 8) | hash.charAt(2)) & (places.length() - 1);
    }
}
