package dev.sallyport.broker.bulk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * One person as a file describes them. What is empty is not said and stays as it is.
 *
 * @param number position in the file; the first person is 1
 * @param groups of the import's connection
 * @param roles to be granted directly
 * @param subject what the provider calls the person
 * @param faults what is wrong with the row in itself, each with its place
 */
public record PersonRow(
        int number,
        String userName,
        Optional<String> email,
        Optional<String> displayName,
        Optional<String> givenName,
        Optional<String> familyName,
        Optional<List<String>> groups,
        List<String> roles,
        Optional<String> subject,
        List<String> faults) {
    public PersonRow {
        groups = groups.map(List::copyOf);
        roles = List.copyOf(roles);
        faults = List.copyOf(faults);
    }

    /** The same with one more fault. */
    PersonRow withFault(String fault) {
        List<String> more = new java.util.ArrayList<>(faults);
        more.add(fault);
        return new PersonRow(number, userName, email, displayName, givenName, familyName, groups, roles, subject, more);
    }

    /** As it is kept until it is applied. */
    JsonObject json() {
        return new JsonObject()
                .put("user_name", userName)
                .put("email", email.orElse(null))
                .put("display_name", displayName.orElse(null))
                .put("given_name", givenName.orElse(null))
                .put("family_name", familyName.orElse(null))
                .put("groups", groups.map(JsonArray::new).orElse(null))
                .put("roles", new JsonArray(roles))
                .put("subject", subject.orElse(null));
    }

    /** Reads {@link #json()}; what was kept had no faults. */
    static PersonRow of(int number, JsonObject json) {
        return new PersonRow(
                number,
                json.getString("user_name"),
                Optional.ofNullable(json.getString("email")),
                Optional.ofNullable(json.getString("display_name")),
                Optional.ofNullable(json.getString("given_name")),
                Optional.ofNullable(json.getString("family_name")),
                Optional.ofNullable(json.getJsonArray("groups")).map(PersonRow::texts),
                texts(json.getJsonArray("roles")),
                Optional.ofNullable(json.getString("subject")),
                List.of());
    }

    private static List<String> texts(JsonArray array) {
        return array.stream().map(String.class::cast).toList();
    }
}
