package dev.sallyport.roles;

import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;

/**
 * "The last tenant admin cannot be mapped, suspended or deleted away." Each check is true when somebody holds
 * {@code tenant:admin} before the change and nobody does after it. A tenant that never had an admin is not held up.
 *
 * @param catalogue the vendor's permissions and roles
 * @param now the moment for which to answer
 */
public record LastAdmin(Catalogue catalogue, Instant now) {

    public LastAdmin {
        Objects.requireNonNull(catalogue);
        Objects.requireNonNull(now);
    }

    /** Whether anybody among these people holds {@code tenant:admin}. */
    public boolean isAmong(Collection<Person> people, RoleMapping mapping) {
        return people.stream().anyMatch(person -> RoleEngine.evaluate(person, mapping, catalogue, now)
                .holds(Permission.TENANT_ADMIN));
    }

    /** Whether the last admin goes when the people with these ids are suspended, offboarded or deleted. */
    public boolean goesWith(Set<String> leaving, Collection<Person> people, RoleMapping mapping) {
        return goesBetween(
                people,
                people.stream().filter(person -> !leaving.contains(person.id())).toList(),
                mapping);
    }

    /** Whether the last admin goes when the people's groups or direct grants change. */
    public boolean goesBetween(Collection<Person> before, Collection<Person> after, RoleMapping mapping) {
        return !isAmong(after, mapping) && isAmong(before, mapping);
    }

    /** Whether the last admin goes when the rules change. */
    public boolean goesBetween(RoleMapping before, RoleMapping after, Collection<Person> people) {
        return !isAmong(people, after) && isAmong(people, before);
    }
}
