package dev.sallyport.broker.token;

import dev.sallyport.broker.people.Person;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which claims the scopes {@code profile} and {@code email} give (OpenID Connect Core §5.4). What is unknown is left out. */
public final class UserClaims {
    private UserClaims() {}

    /** The claims of a person for these scopes, without {@code sub}. */
    public static Map<String, Object> of(Person person, List<String> scope) {
        Map<String, Object> claims = new LinkedHashMap<>();
        if (scope.contains("profile")) {
            person.displayName().ifPresent(name -> claims.put("name", name));
            person.givenName().ifPresent(name -> claims.put("given_name", name));
            person.familyName().ifPresent(name -> claims.put("family_name", name));
            claims.put("preferred_username", person.userName());
            claims.put("updated_at", person.updatedAt().getEpochSecond());
        }
        if (scope.contains("email") && person.email().isPresent()) {
            claims.put("email", person.email().get());
            claims.put("email_verified", person.emailVerified());
        }
        return claims;
    }
}
