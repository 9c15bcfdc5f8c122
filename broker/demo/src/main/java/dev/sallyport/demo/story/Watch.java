package dev.sallyport.demo.story;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Looks in the background, every few milliseconds, until a question has an answer or fails. */
final class Watch<T> implements AutoCloseable {
    private static final long LOOK_EVERY_MS = 25;

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Watch::daemon);
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private final ScheduledFuture<?> looking;

    private Watch(Supplier<Optional<T>> question) {
        looking = clock.scheduleWithFixedDelay(() -> look(question), 0, LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    static <T> Watch<T> start(Supplier<Optional<T>> question) {
        return new Watch<>(question);
    }

    /** The answer; fails with {@link Broken} if the question failed, or if there is no answer in time. */
    T get(String what, Duration longest) {
        try {
            return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new Broken("waited " + longest.toSeconds() + " s in vain: " + what, e);
        } catch (ExecutionException e) {
            throw new Broken(what + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Broken("interrupted", e);
        }
    }

    @Override
    public void close() {
        looking.cancel(false);
        clock.shutdown();
    }

    private void look(Supplier<Optional<T>> question) {
        if (!answer.isDone()) {
            try {
                question.get().ifPresent(answer::complete);
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "watch");
        thread.setDaemon(true);
        return thread;
    }
}
