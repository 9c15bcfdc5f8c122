package dev.sallyport.tenant.connection;

import io.vertx.core.json.JsonObject;

/**
 * Which claims of the provider's ID token (or user information) mean what. A name that has dots in it is first looked for as it is written,
 * then as a path into objects.
 *
 * @param subject the immutable key of a person within the issuer: {@link #SUB} or {@link #OID_TID}; fixed once people came in by it
 * @param groups the claim that lists the person's groups
 * @param groupsFrom how the groups are written in it
 */
public record ClaimNames(
        String subject,
        String email,
        String name,
        String givenName,
        String familyName,
        String groups,
        GroupsFrom groupsFrom) {
    /** The subject of OpenID Connect Core §2. */
    public static final String SUB = "sub";
    /** Entra ID's object and tenant, together: the same person for every client of the Entra tenant. */
    public static final String OID_TID = "oid+tid";

    /** The names of OpenID Connect Core §5.1, and {@code groups}. */
    public static final ClaimNames DEFAULT =
            new ClaimNames(SUB, "email", "name", "given_name", "family_name", "groups", GroupsFrom.LIST);

    /** Reads the stored form; what it leaves out has its default name. */
    public static ClaimNames of(JsonObject json) {
        return new ClaimNames(
                json.getString("subject", DEFAULT.subject),
                json.getString("email", DEFAULT.email),
                json.getString("name", DEFAULT.name),
                json.getString("given_name", DEFAULT.givenName),
                json.getString("family_name", DEFAULT.familyName),
                json.getString("groups", DEFAULT.groups),
                GroupsFrom.parse(json.getString("groups_from", DEFAULT.groupsFrom.word()))
                        .orElse(DEFAULT.groupsFrom));
    }

    /** The stored form, also that of the admin API. */
    public JsonObject json() {
        return new JsonObject()
                .put("subject", subject)
                .put("email", email)
                .put("name", name)
                .put("given_name", givenName)
                .put("family_name", familyName)
                .put("groups", groups)
                .put("groups_from", groupsFrom.word());
    }

    /** The same with another key of a person. */
    public ClaimNames withSubject(String claim) {
        return new ClaimNames(claim, email, name, givenName, familyName, groups, groupsFrom);
    }

    /** The same with another group claim. */
    public ClaimNames withGroups(String claim) {
        return withGroups(claim, groupsFrom);
    }

    /** The same with another group claim that is written otherwise. */
    public ClaimNames withGroups(String claim, GroupsFrom from) {
        return new ClaimNames(subject, email, name, givenName, familyName, claim, from);
    }
}
