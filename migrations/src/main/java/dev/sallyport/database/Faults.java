package dev.sallyport.database;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import java.util.Set;
import java.util.function.Supplier;

/** Sorts what can go wrong with a statement: the database is away, two transactions collided, or the statement itself is refused. */
final class Faults {
    /** serialization_failure, deadlock_detected. */
    private static final Set<String> COLLISIONS = Set.of("40001", "40P01");
    /** Shutdown, crash, cannot connect now, too many connections, statement timeout, a lock that is held too long. */
    private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "53300", "57014", "25P03", "55P03");

    private Faults() {}

    static <T> Future<T> typed(Future<T> result) {
        return result.recover(failure -> Future.failedFuture(typed(failure)));
    }

    /** Runs a transaction again, at most three times, when it lost against another one. */
    static <T> Future<T> retried(Supplier<Future<T>> transaction) {
        return attempt(transaction, 3);
    }

    private static <T> Future<T> attempt(Supplier<Future<T>> transaction, int left) {
        return transaction.get().recover(failure -> {
            if (left > 1 && failure instanceof PgException e && COLLISIONS.contains(e.getSqlState())) {
                return attempt(transaction, left - 1);
            }
            return Future.failedFuture(typed(failure));
        });
    }

    private static Throwable typed(Throwable failure) {
        if (failure instanceof PgException e) {
            String state = e.getSqlState();
            return state != null && AWAY.contains(state) ? new DatabaseUnavailable(failure) : failure;
        }
        String name = failure.getClass().getName();
        // The client tells of wrong arguments with the same bare type with which it tells of lost connections; only the
        // text differs.
        String message = String.valueOf(failure.getMessage());
        boolean ours = message.startsWith("Parameter") || message.startsWith("The number of parameters");
        boolean connection = failure instanceof java.io.IOException
                || failure instanceof java.util.concurrent.TimeoutException
                || (name.startsWith("io.vertx.core.") && !ours)
                || name.startsWith("io.vertx.sqlclient.");
        return connection ? new DatabaseUnavailable(failure) : failure;
    }
}
