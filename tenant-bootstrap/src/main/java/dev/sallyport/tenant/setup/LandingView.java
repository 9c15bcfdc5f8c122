package dev.sallyport.tenant.setup;

import java.util.Set;

/**
 * What the page of a link shows that was not used yet.
 *
 * @param secret what was sent as the link's secret, if it was right; else empty
 * @param asksCode whether a code is needed, too
 * @param error what is wrong with the code, or empty
 */
record LandingView(
        String action,
        String tenant,
        String nonce,
        String secret,
        boolean asksCode,
        Set<SetupPurpose> purposes,
        String error) {
    /** Whether it is the way back in when nobody can sign in. */
    boolean breaksGlass() {
        return purposes.contains(SetupPurpose.BREAK_GLASS);
    }

    /** Whether it only renews a secret. */
    boolean renews() {
        return purposes.equals(Set.of(SetupPurpose.RENEW));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "LandingView[" + action + "]";
    }
}
