package dev.sallyport.demo.story;

import java.util.Objects;

/** What a step may find wrong. Each check fails with {@link Broken}. */
public final class Checks {

    private Checks() {}

    /** The statement holds. */
    public static void that(boolean holds, String statement) {
        if (!holds) {
            throw new Broken("this does not hold: " + statement);
        }
    }

    /** The two are equal. Not for secrets: both are shown when they differ. */
    public static void equal(String what, Object expected, Object got) {
        if (!Objects.equals(expected, got)) {
            throw new Broken(what + ": expected " + expected + ", got " + got);
        }
    }

    /** At least so many. */
    public static void atLeast(String what, long least, long got) {
        if (got < least) {
            throw new Broken(what + ": expected at least " + least + ", got " + got);
        }
    }

    /** The answer has this status; gives it back. */
    public static Answer status(String what, int expected, Answer answer) {
        if (answer.status() != expected) {
            throw new Broken(what + ": expected status " + expected + ", got " + answer.described());
        }
        return answer;
    }

    /** The page has this status; gives it back. */
    public static Page status(String what, int expected, Page page) {
        if (page.status() != expected) {
            throw new Broken(what + ": expected status " + expected + ", got " + page.described());
        }
        return page;
    }
}
