package dev.sallyport.bench.load;

import io.vertx.core.Future;
import java.util.function.Supplier;

/** Somebody who does the same thing again and again, and waits for its end each time. Lives on one event loop. */
public interface VirtualUser {

    /** What has to be there before, such as a token of one's own. Nothing of it is measured. */
    Future<Void> prepare();

    /** Does it once; gives the nanoseconds that count. Fails when an answer is not the one that was wanted. */
    Future<Long> once();

    /** The time of one whole future, which is begun by this call. */
    static Future<Long> timed(Supplier<Future<?>> work) {
        long begun = System.nanoTime();
        return work.get().map(done -> System.nanoTime() - begun);
    }

    /** Makes the virtual users of one run; closed when all are done. */
    interface Factory extends AutoCloseable {

        /** The virtual user of a number, from 0 on. */
        VirtualUser make(int number, Lines lines);

        /** Gives back what they share; most share nothing. */
        @Override
        default void close() {}
    }
}
