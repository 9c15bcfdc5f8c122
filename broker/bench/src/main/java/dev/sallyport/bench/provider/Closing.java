package dev.sallyport.bench.provider;

import dev.sallyport.demo.story.Broken;
import java.util.ArrayDeque;
import java.util.Deque;

/** What has to be closed at the end: what was opened last is closed first, and whatever fails keeps nothing else open. */
public final class Closing implements AutoCloseable {
    private final Deque<Runnable> steps = new ArrayDeque<>();
    private volatile boolean closed;

    /** Adds a step as soon as there is something to close. What is opened while all is being closed is closed at once. */
    public synchronized void add(Runnable step) {
        if (closed) {
            step.run();
            throw new Broken("stopped");
        }
        steps.push(step);
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
