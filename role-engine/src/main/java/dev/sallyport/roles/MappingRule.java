package dev.sallyport.roles;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * "Whoever is in this group has these roles." The group is compared exactly; there are no patterns, so {@code eng-*}
 * means the one group that is called {@code eng-*}.
 *
 * @param id unique within the mapping
 * @param source who has to say that a person is in the group
 * @param groupValue the group's exact id or name
 * @param roles the names of the roles it gives
 * @param expiresAt the moment from which on it gives nothing
 * @param reason why it exists
 */
public record MappingRule(
        String id,
        GroupSource source,
        String groupValue,
        Set<String> roles,
        Optional<Instant> expiresAt,
        Optional<String> reason)
        implements Origin {

    public MappingRule {
        Objects.requireNonNull(id);
        Objects.requireNonNull(source);
        Objects.requireNonNull(groupValue);
        Objects.requireNonNull(expiresAt);
        Objects.requireNonNull(reason);
        roles = Collections.unmodifiableSet(new TreeSet<>(roles));
    }

    /** A rule that does not end. */
    public static MappingRule of(String id, GroupSource source, String groupValue, String... roles) {
        return new MappingRule(id, source, groupValue, Set.copyOf(List.of(roles)), Optional.empty(), Optional.empty());
    }

    /** The same rule, giving nothing from that moment on. */
    public MappingRule until(Instant end) {
        return new MappingRule(id, source, groupValue, roles, Optional.of(end), reason);
    }

    /** The same rule with the reason for it. */
    public MappingRule because(String why) {
        return new MappingRule(id, source, groupValue, roles, expiresAt, Optional.of(why));
    }

    /** The group it asks for. */
    public Group group() {
        return new Group(source, groupValue);
    }
}
