package dev.sallyport.broker.web;

import io.vertx.pgclient.PgException;

/** Tells when a request lost against the removal of something that it names, such as its application: nothing was written. */
public final class Removed {
    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private Removed() {}

    /** Whether this is why a request failed. */
    public static boolean meanwhile(Throwable failure) {
        return failure instanceof PgException e && FOREIGN_KEY_VIOLATION.equals(e.getSqlState());
    }
}
