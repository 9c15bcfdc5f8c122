package dev.sallyport.tenant.connection;

import io.vertx.core.json.JsonObject;

/**
 * Which claims of the provider's ID token (or user information) mean what.
 *
 * @param subject the immutable key of a person within the issuer; {@code sub} unless the provider has a better one
 * @param groups the claim that lists the person's groups
 */
public record ClaimNames(
        String subject, String email, String name, String givenName, String familyName, String groups) {
    /** The names of OpenID Connect Core §5.1, and {@code groups}. */
    public static final ClaimNames DEFAULT =
            new ClaimNames("sub", "email", "name", "given_name", "family_name", "groups");

    /** Reads the stored form; what it leaves out has its default name. */
    public static ClaimNames of(JsonObject json) {
        return new ClaimNames(
                json.getString("subject", DEFAULT.subject),
                json.getString("email", DEFAULT.email),
                json.getString("name", DEFAULT.name),
                json.getString("given_name", DEFAULT.givenName),
                json.getString("family_name", DEFAULT.familyName),
                json.getString("groups", DEFAULT.groups));
    }

    /** The stored form, also that of the admin API. */
    public JsonObject json() {
        return new JsonObject()
                .put("subject", subject)
                .put("email", email)
                .put("name", name)
                .put("given_name", givenName)
                .put("family_name", familyName)
                .put("groups", groups);
    }
}
