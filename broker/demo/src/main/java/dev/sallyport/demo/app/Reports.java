package dev.sallyport.demo.app;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** The expense reports that the application holds: invented, and different for each tenant. */
final class Reports {

    /** One report; the amount is in cents. */
    record Report(String number, String title, String owner, String state, long cents) {

        String amount() {
            return String.format(Locale.ROOT, "%,d.%02d", cents / 100, cents % 100);
        }

        JsonObject toJson() {
            return new JsonObject()
                    .put("number", number)
                    .put("title", title)
                    .put("owner", owner)
                    .put("state", state)
                    .put("amount", amount())
                    .put("currency", "EUR");
        }
    }

    private Reports() {}

    static List<Report> of(String tenant) {
        return switch (tenant) {
            case "acme" ->
                List.of(
                        new Report("A-1042", "Foundry visit, Lyon", "Chen Watanabe", "Awaiting approval", 48_260),
                        new Report("A-1039", "Trade fair, Hanover", "Dana Lindqvist", "Approved", 131_905),
                        new Report("A-1031", "Calibration tools", "Bruno Okafor", "Paid", 22_480));
            case "globex" ->
                List.of(
                        new Report("G-0207", "Port survey, Rotterdam", "Farah Haddad", "Awaiting approval", 76_300),
                        new Report("G-0198", "Crew transfer", "Erik Solheim", "Paid", 18_745));
            default -> List.of();
        };
    }

    static JsonArray json(String tenant) {
        return new JsonArray(of(tenant).stream().map(Report::toJson).toList());
    }
}
