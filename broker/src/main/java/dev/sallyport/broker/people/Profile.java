package dev.sallyport.broker.people;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What an identity provider, a directory or a file says of a person. None of it is a key.
 *
 * @param userName the name by which people know the account; at most 320 characters
 * @param email as claimed
 * @param emailVerified whether the source says that it checked the address
 * @param groups exact names; empty if the source names none
 */
public record Profile(
        String userName,
        Optional<String> email,
        boolean emailVerified,
        Optional<String> displayName,
        Optional<String> givenName,
        Optional<String> familyName,
        List<String> groups) {
    public Profile {
        groups = List.copyOf(groups);
    }

    /** The part of the e-mail address behind the last @, in lower case. */
    public Optional<String> emailDomain() {
        return email.filter(e -> e.indexOf('@') > 0)
                .map(e -> e.substring(e.lastIndexOf('@') + 1).toLowerCase(java.util.Locale.ROOT));
    }

    /** For the audit log and previews. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("user_name", userName)
                .put("email", email.orElse(null))
                .put("email_verified", emailVerified)
                .put("display_name", displayName.orElse(null));
    }
}
