package dev.sallyport.broker.bulk;

/** A file that cannot be read as a list of people at all; nothing of it is kept. */
public final class BadFile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    private BadFile(String message, boolean tooLarge) {
        super(message, null, false, false);
        this.tooLarge = tooLarge;
    }

    /** Something is wrong at a place; both count from 1. */
    static BadFile at(int line, int column, String what) {
        return new BadFile("line " + line + ", column " + column + ": " + what, false);
    }

    /** Something is wrong with the file as a whole. */
    static BadFile of(String what) {
        return new BadFile(what, false);
    }

    /** The file has more rows than are taken. */
    static BadFile tooLarge(String what) {
        return new BadFile(what, true);
    }

    /** Whether it is only too large. */
    public boolean isTooLarge() {
        return tooLarge;
    }
}
