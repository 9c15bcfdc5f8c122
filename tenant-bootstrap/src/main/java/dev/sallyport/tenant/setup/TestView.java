package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.connection.ConnectionTests.Outcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the page "Test sign-in" shows.
 *
 * @param ready whether there is a connection to test
 * @param problem why a test could not start, or empty
 * @param result of the last test, or null
 */
record TestView(String action, String csrf, String next, boolean ready, String problem, Result result) {
    /**
     * One test.
     *
     * @param permissions what the person would be allowed by the rules as they are now
     */
    record Result(
            boolean ok,
            boolean fresh,
            String at,
            String outcome,
            String problem,
            Map<String, String> facts,
            List<String> groups,
            List<String> permissions,
            Map<String, String> claims) {

        static Result of(Outcome outcome, List<String> permissions) {
            JsonObject result = outcome.result();
            Map<String, String> facts = new LinkedHashMap<>();
            fact(facts, "Key of the person", result.getString("subject"));
            fact(facts, "E-mail address", result.getString("email"));
            List<String> roles = strings(result, "roles");
            fact(facts, "Roles", roles.isEmpty() ? null : String.join(", ", roles));
            Map<String, String> claims = new TreeMap<>();
            result.getJsonObject("claims", new JsonObject())
                    .forEach(claim -> claims.put(claim.getKey(), String.valueOf(claim.getValue())));
            return new Result(
                    outcome.ok(),
                    outcome.fresh(),
                    Times.minute(outcome.at()),
                    "This person " + result.getString("outcome", "would be admitted") + ".",
                    Optional.ofNullable(result.getString("problem"))
                            .map(SignInProblem::words)
                            .orElse("The provider did not finish the sign-in."),
                    facts,
                    strings(result, "groups"),
                    permissions,
                    claims);
        }

        private static void fact(Map<String, String> facts, String name, String value) {
            if (value != null) {
                facts.put(name, value);
            }
        }
    }

    static List<String> strings(JsonObject result, String name) {
        return result.getJsonArray(name, new JsonArray()).stream()
                .map(String::valueOf)
                .toList();
    }
}
