package dev.sallyport.broker.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** One link: what is hashed, and how. Both are part of the format of the log and must not change. */
final class ChainLink {
    /** What stands before the first event. */
    static final byte[] BEGINNING = new byte[32];

    /** An event {@code e} as one text that says everything and says it in one way only. */
    static final String CANONICAL = """
            jsonb_build_array(e.tenant_id, e.id, (extract(epoch FROM e.at) * 1000000)::bigint, e.actor, e.action, e.subject, e.cause,
              e.details)::text""";

    private ChainLink() {}

    static byte[] hash(byte[] before, String canonical) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(before);
            return digest.digest(canonical.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
