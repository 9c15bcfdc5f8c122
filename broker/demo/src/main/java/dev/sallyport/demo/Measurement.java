package dev.sallyport.demo;

import dev.sallyport.demo.idp.Person;
import dev.sallyport.demo.story.Broken;
import dev.sallyport.demo.story.Cast;
import dev.sallyport.demo.story.DemoWorld;
import dev.sallyport.demo.story.OperatorPrepares;
import dev.sallyport.demo.story.Stage;
import dev.sallyport.demo.story.Story;
import dev.sallyport.demo.story.TenantGoesLive;
import dev.sallyport.demo.story.Visitor;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Signs people in, one after another, and tells what the operating system says of the broker's memory afterwards. The times are those of
 * the whole journey: application, broker, identity provider, and back, with the demo's own parts on the same machine.
 */
final class Measurement {
    private final House<DemoWorld> house;
    private final PrintWriter out;

    Measurement(House<DemoWorld> house, PrintWriter out) {
        this.house = house;
        this.out = out;
    }

    /** Does so many sign-ins; every one has to succeed. */
    void run(int signIns) {
        Stage stage = house.stage();
        OperatorPrepares.play(stage);
        TenantGoesLive.play(stage, house.world().globex(), Cast.NAMESAKE, Story.ROLES_AT_GLOBEX);
        out.printf("memory of the broker before   %6d MiB%n", memory());
        List<Person> people = house.world().globex().people();
        long[] nanos = new long[signIns];
        for (int i = 0; i < signIns; i++) {
            long begun = System.nanoTime();
            Visitor.signIn(stage, house.world().globex(), people.get(i % people.size()));
            nanos[i] = System.nanoTime() - begun;
        }
        out.printf("memory of the broker after %d sign-ins   %6d MiB%n", signIns, memory());
        Arrays.sort(nanos);
        out.printf(
                "a whole sign-in, one at a time   p50 %d ms, p99 %d ms%n",
                TimeUnit.NANOSECONDS.toMillis(nanos[signIns / 2]),
                TimeUnit.NANOSECONDS.toMillis(nanos[(int) ((signIns - 1) * 0.99)]));
        out.flush();
    }

    /** Resident set of the broker's process, as {@code ps} tells. */
    private long memory() {
        long pid = house.broker()
                .orElseThrow(() -> new Broken("there is no broker"))
                .pid();
        try {
            Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
            String kibibytes = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return Long.parseLong(kibibytes) / 1024;
        } catch (IOException e) {
            throw new Broken("ps does not run: " + e.getMessage());
        }
    }
}
