package dev.sallyport.tenant.domain;

import java.time.Duration;
import java.time.Instant;

/** What the DNS says of a domain's proof, and what follows from it. Pure. */
enum Proof {
    /** The record is there. */
    THERE,
    /** There is no such record. */
    GONE,
    /** No name server answered. */
    UNKNOWN;

    /** So long a domain goes on to lead to its tenant after its proof was taken away: time to put back what was removed by mistake. */
    static final Duration GRACE = Duration.ofDays(7);

    /**
     * How a domain stands.
     *
     * @param missing whether it was proven and the proof is not there
     * @param again in which time it is looked at again
     */
    record Standing(boolean verified, boolean missing, Duration again) {}

    /** When a domain whose proof is gone leads nowhere any more. */
    static Instant end(Instant missingSince) {
        return missingSince.plus(GRACE);
    }

    /** What becomes of a domain. */
    static Standing judge(Domain domain, Proof proof, Instant now) {
        if (proof == THERE) {
            return new Standing(true, false, Duration.ofDays(1));
        }
        if (!domain.verified()) {
            return new Standing(false, false, patience(Duration.between(domain.createdAt(), now)));
        }
        if (proof == UNKNOWN) {
            return new Standing(true, domain.missingSince().isPresent(), Duration.ofHours(1));
        }
        boolean over =
                domain.missingSince().filter(since -> !now.isBefore(end(since))).isPresent();
        return over ? new Standing(false, true, Duration.ofDays(1)) : new Standing(true, true, Duration.ofHours(1));
    }

    /** Often while somebody waits for their name server, then ever more rarely. */
    private static Duration patience(Duration age) {
        if (age.compareTo(Duration.ofMinutes(15)) < 0) {
            return Duration.ofMinutes(1);
        }
        if (age.compareTo(Duration.ofHours(6)) < 0) {
            return Duration.ofMinutes(10);
        }
        return age.compareTo(Duration.ofDays(14)) < 0 ? Duration.ofHours(3) : Duration.ofDays(7);
    }
}
