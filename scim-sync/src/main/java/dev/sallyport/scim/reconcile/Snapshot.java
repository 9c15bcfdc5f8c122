package dev.sallyport.scim.reconcile;

/**
 * What a read of the directory amounts to. Complete means that absence from it says something: every page was answered and well-formed,
 * no resource came twice, and as many came as the first and the last page announced.
 *
 * @param complete whether somebody who is not in it is a candidate for removal
 * @param reason why it is not complete; empty if it is
 * @param totalSeen distinct resources that came
 * @param announcedFirst {@code totalResults} of the first page; -1 if no page came
 * @param announcedLast {@code totalResults} of the last page; -1 if no page came
 */
public record Snapshot(boolean complete, String reason, int totalSeen, int announcedFirst, int announcedLast) {
    public Snapshot {
        if (complete && (announcedFirst != totalSeen || announcedLast != totalSeen)) {
            throw new IllegalArgumentException("a read whose counts disagree is not complete");
        }
    }

    /** A read of so many resources that agrees with itself. */
    public static Snapshot complete(int total) {
        return new Snapshot(true, "", total, total, total);
    }

    /** A read from which nobody's absence follows. */
    public static Snapshot incomplete(String reason, int totalSeen, int announcedFirst, int announcedLast) {
        return new Snapshot(false, reason, totalSeen, announcedFirst, announcedLast);
    }
}
