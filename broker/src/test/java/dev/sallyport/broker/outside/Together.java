package dev.sallyport.broker.outside;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** Does a thing many times at the same moment. */
public final class Together {
    private Together() {}

    /** Runs on so many threads that leave one gate together; answers in the order of the numbers. At most a minute. */
    public static <T> List<T> run(int times, IntFunction<T> work) {
        ExecutorService threads = Executors.newFixedThreadPool(times);
        CountDownLatch gate = new CountDownLatch(1);
        try {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                int number = i;
                running.add(threads.submit(() -> {
                    gate.await();
                    return work.apply(number);
                }));
            }
            gate.countDown();
            List<T> all = new ArrayList<>();
            for (Future<T> each : running) {
                all.add(each.get(60, TimeUnit.SECONDS));
            }
            return all;
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
