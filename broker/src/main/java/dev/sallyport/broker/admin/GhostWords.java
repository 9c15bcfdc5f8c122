package dev.sallyport.broker.admin;

import dev.sallyport.scim.run.Ghost;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.stream.Collectors;

/** What a finding means, as a sentence with its evidence. */
final class GhostWords {
    private static final Map<String, String> SENTENCES = Map.of(
            "never_in_directory",
            "The directory has never named this account.",
            "no_longer_in_directory",
            "The directory named this account once and does not any more.",
            "not_vouched_for",
            "The directory names this account and says that it is inactive.",
            "connection_disabled",
            "Every connection through which this person signs in is switched off, and the account is not.",
            "idle_api_keys",
            "The account has live API keys, and nobody has signed in to it for a long time.",
            "off_but_holding",
            "The account is off and still holds something; its closing was not whole.");

    private GhostWords() {}

    static String sentence(Ghost ghost) {
        String sentence = SENTENCES.getOrDefault(ghost.reason(), "The directory does not vouch for this account.");
        String evidence = evidence(ghost.evidence());
        return evidence.isEmpty() ? sentence : sentence + " (" + evidence + ")";
    }

    private static String evidence(JsonObject evidence) {
        return evidence.stream()
                .filter(entry -> entry.getValue() != null)
                .map(entry -> entry.getKey().replace('_', ' ') + " " + text(entry.getValue()))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String text(Object value) {
        return value instanceof JsonArray array
                ? array.stream().map(String::valueOf).collect(Collectors.joining(" and "))
                : String.valueOf(value);
    }
}
