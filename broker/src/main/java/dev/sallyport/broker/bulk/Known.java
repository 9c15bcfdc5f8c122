package dev.sallyport.broker.bulk;

import dev.sallyport.tenant.UserId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the people in a file, keyed by the texts of the file exactly as they stand there; the database has judged which of its
 * own texts are the same.
 *
 * @param byName who has the user name and has not left
 * @param left user names and e-mail addresses of people who are off
 * @param bySubject whose identity at the connection the subject is, or who awaits it
 * @param awaitedNames who awaits the user name at the connection
 */
public record Known(
        Map<String, Account> byName,
        Set<String> left,
        Map<String, UserId> bySubject,
        Map<String, UserId> awaitedNames) {
    public Known {
        byName = Map.copyOf(byName);
        left = Set.copyOf(left);
        bySubject = Map.copyOf(bySubject);
        awaitedNames = Map.copyOf(awaitedNames);
    }

    /** Nobody is known. */
    public static Known nobody() {
        return new Known(Map.of(), Set.of(), Map.of(), Map.of());
    }

    /**
     * An account as far as an import is concerned.
     *
     * @param fromDirectory whether the directory rules the profile
     * @param linked whether it has an identity already, of whatever connection
     * @param awaits whether it awaits an identity at the import's connection
     * @param awaitedSubject which one, if not just the user name
     * @param groups of the import's connection
     * @param roles that are granted directly
     */
    public record Account(
            UserId id,
            boolean suspended,
            boolean fromDirectory,
            Optional<String> email,
            Optional<String> displayName,
            Optional<String> givenName,
            Optional<String> familyName,
            boolean linked,
            boolean awaits,
            Optional<String> awaitedSubject,
            Set<String> groups,
            Set<String> roles) {
        public Account {
            groups = Set.copyOf(groups);
            roles = Set.copyOf(roles);
        }
    }
}
