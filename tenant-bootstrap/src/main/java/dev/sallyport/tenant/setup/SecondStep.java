package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.secret.Bearer;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;

/**
 * The second step of a link: a code that its recipient gets on another channel than the link itself, so that whoever reads the mail alone
 * cannot use it. Wrong codes are counted over all nodes; at the fifth the link is of no use any more.
 */
final class SecondStep {
    /** So many wrong codes end a link. */
    static final int TRIES = 5;

    // Without what is mistaken for something else when it is read out: 0 and O, 1 and I and L, 8 and B, 5 and S, 2 and
    // Z.
    private static final String LETTERS = "34679ACDEFGHJKMNPQRTUVWXY";
    private static final int LENGTH = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    private SecondStep() {}

    /** What an attempt to redeem a link comes to. */
    enum Verdict {
        /** The link is used up by it. */
        ENTER,
        /** Unknown, altered, used, expired or taken back. */
        UNUSABLE,
        /** All is well but that the code is asked for and was not given. */
        CODE_MISSING,
        /** The code is wrong, and there are tries left. */
        CODE_WRONG,
        /** The code is wrong, and it was the last try. */
        CODE_SPENT
    }

    /**
     * Decides an attempt.
     *
     * @param secretIsRight whether the link's secret was given
     * @param expected the hash of the code, if the link asks for one
     * @param given the hash of what was given as the code; empty if nothing was
     * @param wrongBefore how many wrong codes were given before
     */
    static Verdict judge(
            boolean secretIsRight,
            SetupLink.State state,
            Optional<byte[]> expected,
            Optional<byte[]> given,
            int wrongBefore) {
        if (!secretIsRight || state != SetupLink.State.OPEN) {
            return Verdict.UNUSABLE;
        }
        if (expected.isEmpty()) {
            return Verdict.ENTER;
        }
        if (wrongBefore >= TRIES) {
            return Verdict.UNUSABLE;
        }
        if (given.isEmpty()) {
            return Verdict.CODE_MISSING;
        }
        if (Bearer.same(expected.get(), given.get())) {
            return Verdict.ENTER;
        }
        return wrongBefore + 1 >= TRIES ? Verdict.CODE_SPENT : Verdict.CODE_WRONG;
    }

    /** A new code as it is read out, such as {@code H4KW-9TRC}: 37 bits. */
    static String mint() {
        StringBuilder code = new StringBuilder(LENGTH + 1);
        for (int i = 0; i < LENGTH; i++) {
            if (i == LENGTH / 2) {
                code.append('-');
            }
            code.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return code.toString();
    }

    /** What is stored of a code, and compared; empty if nothing was typed. Blanks, hyphens and small letters make no difference. */
    static Optional<byte[]> hash(String secret, String code) {
        String plain = code.replaceAll("[\\s\\p{Pd}]", "").toUpperCase(Locale.ROOT);
        return plain.isEmpty() ? Optional.empty() : Optional.of(Bearer.hash("setup code\n" + secret + "\n" + plain));
    }
}
