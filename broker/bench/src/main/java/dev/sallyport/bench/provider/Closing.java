package dev.sallyport.bench.provider;

import dev.sallyport.demo.story.Broken;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What is open, and is closed at the end: what was opened last first, and whatever fails keeps nothing else open. While something is being
 * opened nothing is closed, so that a signal at that moment leaves nothing behind.
 */
public final class Closing implements AutoCloseable {
    private final Deque<Runnable> steps = new ArrayDeque<>();
    private volatile boolean closed;

    /** Opens something and remembers how it is closed. Fails with {@link Broken} when everything was closed already. */
    public synchronized <T> T open(Supplier<T> opening, Consumer<T> close) {
        if (closed) {
            throw new Broken("stopped");
        }
        T opened = opening.get();
        steps.push(() -> close.accept(opened));
        return opened;
    }

    /** Whether it is being closed, or was. */
    public boolean isClosed() {
        return closed;
    }

    /** Closing a second time does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        next();
    }

    private void next() {
        if (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } finally {
                next();
            }
        }
    }
}
