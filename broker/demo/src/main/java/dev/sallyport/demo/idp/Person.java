package dev.sallyport.demo.idp;

import java.util.List;

/**
 * Somebody who works at the company. {@code subject} is the opaque, never reused {@code sub} under which relying parties know
 * them; {@code groups} are the company's own group names, sent in the {@code groups} claim.
 */
public record Person(
        String subject,
        String email,
        String name,
        String givenName,
        String familyName,
        String password,
        List<String> groups) {

    /** Copies the groups. */
    public Person {
        groups = List.copyOf(groups);
    }

    /** The same person in other groups. */
    public Person withGroups(List<String> newGroups) {
        return new Person(subject, email, name, givenName, familyName, password, newGroups);
    }

    /** Everything but the password. */
    @Override
    public String toString() {
        return "Person[" + subject + ", " + email + ", " + groups + "]";
    }
}
