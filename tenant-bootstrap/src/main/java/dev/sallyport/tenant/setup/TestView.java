package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.connection.ConnectionTests.Outcome;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

        /**
         * Reads one.
         *
         * @param key the claim by which the connection knows people
         * @param proven the tenant's proven domains
         */
        static Result of(Outcome outcome, List<String> permissions, String key, Set<String> proven) {
            JsonObject result = outcome.result();
            Map<String, String> facts = new LinkedHashMap<>();
            fact(facts, "Key of the person", result.getString("subject"));
            fact(facts, "Taken from the claim", result.containsKey("subject") ? key.replace("+", " and ") : null);
            fact(facts, "E-mail address", result.getString("email"));
            fact(facts, "Trust in the address", trust(result, proven));
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

        /** What the address counts for; nobody is ever recognised by it. Null without one. */
        static String trust(JsonObject result, Set<String> proven) {
            String email = result.getString("email");
            if (email == null) {
                return null;
            }
            String domain = email.substring(email.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
            boolean own = proven.contains(domain);
            if (result.getBoolean("email_verified", false)) {
                return own
                        ? "Counts as verified: your provider says so, and the domain is proven to be yours."
                        : "Counts as unverified: your provider says that it is verified, but " + domain
                                + " is not proven in the step “Domains”.";
            }
            return "Counts as unverified: your provider does not say that it is verified"
                    + (own ? "." : ", and " + domain + " is not proven in the step “Domains”.");
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
