package dev.sallyport.scim.directory;

import dev.sallyport.scim.ScimException;
import dev.sallyport.scim.ScimUser;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Takes from a SCIM User what an account here consists of.
 *
 * @param values texts by column: user_name, external_id, email, display_name, given_name, family_name; what is absent is not in it
 * @param active whether the directory vouches
 * @param problem why the resource cannot be used, a fixed word: {@code no_user_name}, {@code unreadable_active}, {@code too_long:…},
 *     {@code control_character:…}; empty if it can
 */
public record PersonMapping(Map<String, String> values, boolean active, String problem) {
    private static final Map<String, Integer> LONGEST = Map.of(
            "user_name", 320,
            "external_id", 500,
            "email", 320,
            "display_name", 300,
            "given_name", 200,
            "family_name", 200);

    public PersonMapping {
        values = Map.copyOf(values);
    }

    /** Reads a resource. */
    public static PersonMapping of(ScimUser user) {
        Map<String, String> values = new TreeMap<>();
        user.userName().ifPresent(value -> values.put("user_name", value));
        user.externalId().ifPresent(value -> values.put("external_id", value));
        user.email().ifPresent(value -> values.put("email", value));
        user.displayName().ifPresent(value -> values.put("display_name", value));
        user.givenName().ifPresent(value -> values.put("given_name", value));
        user.familyName().ifPresent(value -> values.put("family_name", value));
        String problem = problem(values);
        values.keySet().removeIf(key -> !fault(key, values.get(key)).isEmpty());
        try {
            return new PersonMapping(values, user.active(), problem);
        } catch (ScimException e) {
            return new PersonMapping(values, true, "unreadable_active");
        }
    }

    /** Whether the person can be taken over. */
    public boolean isUsable() {
        return problem.isEmpty();
    }

    /** A value, if there is one. */
    public Optional<String> value(String column) {
        return Optional.ofNullable(values.get(column));
    }

    /** What is kept of the resource: the values and nothing else of it. */
    public JsonObject kept() {
        JsonObject kept = new JsonObject();
        new TreeMap<>(values).forEach(kept::put);
        return problem.isEmpty() ? kept : kept.put("problem", problem);
    }

    /** Hex of SHA-256 over values and word; groups are not in it. */
    public String fingerprint() {
        StringBuilder text = new StringBuilder().append(active);
        new TreeMap<>(values)
                .forEach((column, value) ->
                        text.append('\u0000').append(column).append('=').append(value));
        return hex(text.toString());
    }

    static String hex(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String problem(Map<String, String> values) {
        return values.entrySet().stream()
                .map(entry -> fault(entry.getKey(), entry.getValue()))
                .filter(fault -> !fault.isEmpty())
                .findFirst()
                .orElse(values.containsKey("user_name") ? "" : "no_user_name");
    }

    private static String fault(String column, String value) {
        if (value.length() > LONGEST.get(column)) {
            return "too_long:" + column;
        }
        return value.chars().anyMatch(Character::isISOControl) ? "control_character:" + column : "";
    }
}
