package dev.sallyport.demo.story;

import java.io.PrintWriter;
import java.util.function.Supplier;

/** Tells the story: one line per step, with its time. */
final class Teller {
    private static final int WIDTH = 104;

    private final PrintWriter out;
    private int number;

    Teller(PrintWriter out) {
        this.out = out;
    }

    /** Plays the next step; fails with {@link Broken} when it does not hold. */
    <T> T step(String sentence, Supplier<T> play) {
        number++;
        long begun = System.nanoTime();
        try {
            T learned = play.get();
            line(sentence, "✓", begun);
            return learned;
        } catch (RuntimeException e) {
            line(sentence, "✗", begun);
            out.println("   " + (e instanceof Broken ? e.getMessage() : e.toString()));
            out.flush();
            throw e instanceof Broken broken ? broken : new Broken("step " + number + ": " + e, e);
        }
    }

    /** Plays the next step, from which nothing is learned. */
    void tell(String sentence, Runnable play) {
        step(sentence, () -> {
            play.run();
            return true;
        });
    }

    /** A line that belongs to the step before. */
    void note(String text) {
        out.println("   " + text);
        out.flush();
    }

    private void line(String sentence, String mark, long begun) {
        long ms = (System.nanoTime() - begun) / 1_000_000;
        out.printf("%d  %-" + WIDTH + "s %s %6d ms%n", number, sentence, mark, ms);
        out.flush();
    }
}
