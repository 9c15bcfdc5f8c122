package dev.sallyport.broker.admin;

import dev.sallyport.broker.people.Person;
import io.vertx.core.json.JsonObject;

/** People as the API shows them. */
final class PersonJson {
    private PersonJson() {}

    /** A person, named. */
    static JsonObject ref(Person person) {
        return new JsonObject()
                .put("id", person.id().toString())
                .put("user_name", person.userName())
                .put("display_name", person.displayName().orElse(null))
                .put("email", person.email().orElse(null));
    }

    /** A person with everything that one row knows. */
    static JsonObject of(Person person) {
        return new JsonObject()
                .put("id", person.id().toString())
                .put("status", person.status().word())
                .put("user_name", person.userName())
                .put("email", person.email().orElse(null))
                .put("email_verified", person.emailVerified())
                .put("display_name", person.displayName().orElse(null))
                .put("given_name", person.givenName().orElse(null))
                .put("family_name", person.familyName().orElse(null))
                .put("source", person.source())
                .put("status_cause", person.statusCause())
                .put("status_changed_at", Times.text(person.statusChangedAt()))
                .put("last_sign_in_at", Times.text(person.lastSignInAt()))
                .put("created_at", Times.text(person.createdAt()))
                .put("updated_at", Times.text(person.updatedAt()));
    }
}
