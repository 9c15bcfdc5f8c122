package dev.sallyport.demo.directory;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Cursors of RFC 9865: opaque, of unreserved characters, good only for the query that gave them. */
final class Cursors {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,9})_(\\d{1,18})_([A-Za-z0-9_-]{22})");

    /**
     * Where the next page starts.
     *
     * @param page its number, from 1
     * @param after the sequence of the last row of the page before
     */
    record Position(int page, long after) {}

    private final SecretKeySpec key;

    Cursors() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        key = new SecretKeySpec(random, "HmacSHA256");
    }

    String encode(Position position, String query) {
        String plain = position.page() + "_" + position.after();
        return base64(plain.getBytes(StandardCharsets.UTF_8)) + "." + base64(seal(plain, query));
    }

    /**
     * Reads a cursor; an empty one asks for the first page.
     *
     * @throws ScimException invalidCursor when it was not given out for this query
     */
    Position decode(String cursor, String query) {
        if (cursor.isEmpty()) {
            return new Position(1, 0);
        }
        int dot = cursor.indexOf('.');
        try {
            String plain = new String(
                    Base64.getUrlDecoder().decode(cursor.substring(0, Math.max(dot, 0))), StandardCharsets.UTF_8);
            Matcher shape = SHAPE.matcher(plain + "_" + cursor.substring(dot + 1));
            byte[] sealed = seal(plain, query);
            if (shape.matches()
                    && MessageDigest.isEqual(sealed, Base64.getUrlDecoder().decode(shape.group(3)))) {
                return new Position(Integer.parseInt(shape.group(1)), Long.parseLong(shape.group(2)));
            }
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
        throw invalid();
    }

    private static ScimException invalid() {
        return new ScimException(400, "invalidCursor", "The cursor was not given out for this query.");
    }

    private byte[] seal(String plain, String query) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] full = mac.doFinal((plain + " " + query).getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(full, 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every Java runtime", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
