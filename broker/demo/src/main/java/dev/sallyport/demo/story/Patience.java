package dev.sallyport.demo.story;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Waits for something that comes soon. */
public final class Patience {

    private Patience() {}

    /** What the question answers as soon as it answers anything; fails with {@link Broken} when it fails, or when the time is over. */
    public static <T> T until(String what, Duration longest, Supplier<Optional<T>> question) {
        try (Watch<T> watch = Watch.start(question)) {
            return watch.get(what, longest);
        }
    }
}
