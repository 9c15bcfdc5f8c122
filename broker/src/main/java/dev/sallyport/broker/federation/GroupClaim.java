package dev.sallyport.broker.federation;

import dev.sallyport.broker.people.Groups;
import dev.sallyport.tenant.connection.ClaimNames;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads the groups out of verified claims. Pure. What cannot be understood, is too long, or was left out because it would be too long stops
 * the sign-in (B06, C09): a person whose groups are not known must not come in with those that happen to be.
 */
final class GroupClaim {
    /** Reason code: the provider left the groups out because they are too many. */
    static final String OVERAGE = "group_overage";

    private static final String MALFORMED = "groups_claim";
    private static final int LONGEST = 500;

    private GroupClaim() {}

    static List<String> read(JsonObject claims, ClaimNames names) {
        Object value = ClaimPath.find(claims, names.groups());
        requireComplete(claims, names.groups(), value);
        if (value == null) {
            return List.of();
        }
        Stream<?> found =
                switch (names.groupsFrom()) {
                    case LIST -> list(value);
                    case KEYS ->
                        object(value).stream().filter(GroupClaim::isHeld).map(Map.Entry::getKey);
                    case VALUES -> object(value).stream().map(Map.Entry::getValue);
                };
        return found.map(GroupClaim::checked).distinct().toList();
    }

    /**
     * Entra ID leaves out more than 200 groups and names an address instead ({@code _claim_names}, OpenID Connect Core §5.6.2), or says no
     * more than {@code hasgroups}. The address is the provider's to choose and is never called.
     */
    private static void requireComplete(JsonObject claims, String name, Object value) {
        Object elsewhere = claims.getValue("_claim_names");
        IdTokenCheck.require(elsewhere == null || elsewhere instanceof JsonObject, MALFORMED);
        IdTokenCheck.require(!(elsewhere instanceof JsonObject names && ClaimPath.names(names, name)), OVERAGE);
        boolean some = "true".equals(String.valueOf(claims.getValue("hasgroups")));
        IdTokenCheck.require(!(some && name.equals("groups") && value == null), OVERAGE);
    }

    private static Stream<?> list(Object value) {
        if (value instanceof String single) {
            return single.isEmpty() ? Stream.empty() : Stream.of(single);
        }
        IdTokenCheck.require(value instanceof JsonArray, MALFORMED);
        JsonArray array = (JsonArray) value;
        IdTokenCheck.require(array.size() <= Groups.MAX, "too_many_groups");
        return array.stream();
    }

    private static JsonObject object(Object value) {
        IdTokenCheck.require(value instanceof JsonObject, MALFORMED);
        JsonObject object = (JsonObject) value;
        IdTokenCheck.require(object.size() <= Groups.MAX, "too_many_groups");
        return object;
    }

    private static boolean isHeld(Map.Entry<String, Object> entry) {
        Object value = entry.getValue();
        if (value == null || Boolean.FALSE.equals(value)) {
            return false;
        }
        // A number or a text may mean anything, "false" among it.
        IdTokenCheck.require(
                Boolean.TRUE.equals(value) || value instanceof JsonObject || value instanceof JsonArray, MALFORMED);
        return true;
    }

    private static String checked(Object group) {
        IdTokenCheck.require(
                group instanceof String text && !text.isEmpty() && text.length() <= LONGEST && text.indexOf('\0') < 0,
                MALFORMED);
        return (String) group;
    }
}
