package dev.sallyport.demo.directory;

/**
 * What a directory does wrong when it answers a list. Pages count from 1: page k holds the rows from (k-1) times the page size.
 * Single resources are answered truthfully throughout, but for {@link Blind}.
 */
public sealed interface Misbehaviour {

    /** All is well. */
    record None() implements Misbehaviour {}

    /** Every list is empty: 200 with totalResults 0. */
    record EmptyList() implements Misbehaviour {}

    /** Every list is empty and every single resource is 404, as for a caller that lost the right to read. */
    record Blind() implements Misbehaviour {}

    /**
     * One page breaks.
     *
     * @param page the page that breaks
     * @param how what the caller sees instead of it
     * @param times how often it breaks before it is well again
     */
    record BreakPage(int page, Break how, int times) implements Misbehaviour {}

    /**
     * From one page on, totalResults claims fewer rows than there are.
     *
     * @param page the first page that lies
     * @param by how many rows are left out of the count
     */
    record ShrinkTotals(int page, int by) implements Misbehaviour {}

    /** At each page boundary the rows have moved by one; totalResults stays as it was. */
    record ShiftRows(Shift shift) implements Misbehaviour {}

    /** One page (2 or later) brings the rows of the page before it once more. */
    record RepeatPage(int page) implements Misbehaviour {}

    /** One page is never answered; the connection stays open until the caller or the directory closes it. */
    record Stall(int page) implements Misbehaviour {}

    /** Pages never end: every page is full of further, made-up rows, and totalResults grows ahead of them. */
    record Endless() implements Misbehaviour {}

    /** What a broken page looks like to the caller. */
    enum Break {
        /** 500 with a SCIM error. */
        SERVER_ERROR,
        /** 401, as when a token expires in the middle of a run. */
        UNAUTHORIZED,
        /** 429 with {@code Retry-After: 1} (second). */
        TOO_MANY_REQUESTS,
        /** The connection closes in the middle of the body. */
        RESET,
        /** 200 with a whole HTTP body that holds half of the JSON. */
        TRUNCATED_JSON
    }

    /** Which way rows move between two pages. */
    enum Shift {
        /** Each boundary loses one row, as after a deletion further up; fewer rows come than were counted. */
        SKIP,
        /** Each boundary gives one row twice, as after an insertion further up; more rows come than were counted. */
        DOUBLE,
        /** Each boundary gives one row twice in the place of another, so that a row is lost and the sum is still right. */
        SWAP
    }

    /** A page that breaks every time. */
    static Misbehaviour breakPage(int page, Break how) {
        return new BreakPage(page, how, Integer.MAX_VALUE);
    }

    /** A page that breaks the given number of times. */
    static Misbehaviour breakPage(int page, Break how, int times) {
        return new BreakPage(page, how, times);
    }

    /** All is well. */
    static Misbehaviour none() {
        return new None();
    }

    /** Every list is empty. */
    static Misbehaviour emptyList() {
        return new EmptyList();
    }
}
