package dev.sallyport.demo.directory;

import java.util.List;
import java.util.Objects;

/**
 * A person as the company's directory knows them.
 *
 * @param externalId the company's own stable number for the person
 * @param userName the sign-in name, unique in the directory without regard to case
 * @param email the work address
 * @param given the given name
 * @param family the family name
 * @param active false after a soft delete
 * @param groups display names of the groups the person is in
 */
public record DirectoryPerson(
        String externalId,
        String userName,
        String email,
        String given,
        String family,
        boolean active,
        List<String> groups) {

    /** Refuses missing values and copies the groups. */
    public DirectoryPerson {
        Objects.requireNonNull(externalId, "externalId");
        Objects.requireNonNull(userName, "userName");
        Objects.requireNonNull(email, "email");
        Objects.requireNonNull(given, "given");
        Objects.requireNonNull(family, "family");
        groups = List.copyOf(groups);
    }

    /** An active person in the named groups. */
    public static DirectoryPerson active(
            String externalId, String userName, String email, String given, String family, String... groups) {
        return new DirectoryPerson(externalId, userName, email, given, family, true, List.of(groups));
    }
}
