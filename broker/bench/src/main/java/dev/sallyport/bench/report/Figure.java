package dev.sallyport.bench.report;

import dev.sallyport.bench.flow.Scenario;
import dev.sallyport.bench.load.Tally;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** What one server did in one scenario. */
public record Figure(Scenario scenario, String server, Tally tally, Strain strain) {

    /** One line of text. */
    public String line() {
        String line = String.format(
                Locale.ROOT,
                "%-26s %-10s %9.0f/s   p50 %8.2f ms   p99 %8.2f ms   max %8.2f ms   errors %d",
                scenario.word(),
                server,
                tally.rate(),
                tally.millis(50),
                tally.millis(99),
                tally.slowest(),
                tally.errors());
        return tally.firstError().map(error -> line + "   first: " + error).orElse(line);
    }

    /** The same as JSON; times in milliseconds. */
    public JsonObject json() {
        JsonObject json = new JsonObject()
                .put("scenario", scenario.word())
                .put("server", server)
                .put("seconds", rounded(tally.seconds()))
                .put("count", tally.count())
                .put("rate", rounded(tally.rate()))
                .put("p50_ms", rounded(tally.millis(50)))
                .put("p90_ms", rounded(tally.millis(90)))
                .put("p99_ms", rounded(tally.millis(99)))
                .put("max_ms", rounded(tally.slowest()))
                .put("errors", tally.errors())
                .put("resident_mib_before", strain.before())
                .put("resident_mib_after", strain.after())
                .put("event_loop_blocked", strain.blocked());
        tally.firstError().ifPresent(error -> json.put("first_error", error));
        return json;
    }

    static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
