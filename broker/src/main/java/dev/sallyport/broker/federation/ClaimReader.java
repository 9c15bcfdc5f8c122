package dev.sallyport.broker.federation;

import dev.sallyport.broker.people.Groups;
import dev.sallyport.broker.people.Profile;
import dev.sallyport.tenant.connection.ClaimNames;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** Reads a profile out of verified claims. Pure. A group claim that cannot be understood, or is too long, stops the sign-in (B06, C09). */
public final class ClaimReader {
    private ClaimReader() {}

    /**
     * The profile.
     *
     * @param claims of the ID token, completed by userinfo
     */
    public static Profile profile(JsonObject claims, ClaimNames names, String subject) {
        Optional<String> email = text(claims, names.email(), 320).filter(e -> e.indexOf('@') > 0);
        // Only the JSON boolean true counts; some providers send the string.
        boolean verified = Boolean.TRUE.equals(claims.getValue("email_verified"));
        String userName =
                text(claims, "preferred_username", 320).or(() -> email).orElse(subject);
        return new Profile(
                userName,
                email,
                verified,
                text(claims, names.name(), 300),
                text(claims, names.givenName(), 200),
                text(claims, names.familyName(), 200),
                groups(claims, names.groups()));
    }

    private static List<String> groups(JsonObject claims, String name) {
        if (claims.getValue("_claim_names") instanceof JsonObject elsewhere && elsewhere.containsKey(name)) {
            throw new IdTokenCheck.Untrusted("group_overage");
        }
        Object value = claims.getValue(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof String single) {
            return single.isEmpty() ? List.of() : List.of(checked(single));
        }
        IdTokenCheck.require(value instanceof JsonArray, "groups_claim");
        JsonArray array = (JsonArray) value;
        IdTokenCheck.require(array.size() <= Groups.MAX, "too_many_groups");
        return array.stream()
                .map(group -> {
                    IdTokenCheck.require(group instanceof String, "groups_claim");
                    return checked((String) group);
                })
                .distinct()
                .toList();
    }

    private static String checked(String group) {
        IdTokenCheck.require(!group.isEmpty() && group.length() <= 500 && group.indexOf('\0') < 0, "groups_claim");
        return group;
    }

    private static Optional<String> text(JsonObject claims, String name, int most) {
        return claims.getValue(name) instanceof String text
                        && !text.isBlank()
                        && text.length() <= most
                        && text.chars().noneMatch(c -> c < 0x20)
                ? Optional.of(text)
                : Optional.empty();
    }
}
