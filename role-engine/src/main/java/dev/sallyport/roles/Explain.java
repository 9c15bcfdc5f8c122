package dev.sallyport.roles;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Tells an administrator why somebody may do something, or what is in the way. */
public final class Explain {

    private static final Comparator<Explanation.Obstacle> NEAREST_FIRST = Comparator.comparing(
                    Explanation.Obstacle::groupMissing)
            .thenComparing(Explanation.Obstacle::expired)
            .thenComparing(obstacle -> obstacle.lookalikes().isEmpty())
            .thenComparing(obstacle -> obstacle.origin().id());

    private Explain() {}

    /** Explains one permission of one person; agrees with {@link RoleEngine#evaluate} for the same arguments. */
    public static Explanation why(
            Person person, Permission permission, RoleMapping mapping, Catalogue catalogue, Instant now) {
        List<Grant> grants =
                RoleEngine.evaluate(person, mapping, catalogue, now).provenance(permission);
        if (!grants.isEmpty()) {
            return new Explanation.May(permission, grants);
        }
        List<Explanation.Obstacle> obstacles = new ArrayList<>();
        List<String> roles = List.copyOf(catalogue.rolesWith(permission));
        for (DirectGrant grant : person.directGrants()) {
            if (roles.contains(grant.role())) {
                obstacles.add(new Explanation.Obstacle(grant, List.of(grant.role()), false, true, List.of()));
            }
        }
        for (MappingRule rule : mapping.rules()) {
            List<String> giving = roles.stream()
                    .filter(role -> rule.roles().contains(role) && catalogue.isMappable(role))
                    .toList();
            if (!giving.isEmpty()) {
                obstacles.add(obstacle(rule, giving, person, now));
            }
        }
        obstacles.sort(NEAREST_FIRST);
        return new Explanation.MayNot(permission, catalogue.contains(permission), obstacles);
    }

    private static Explanation.Obstacle obstacle(MappingRule rule, List<String> giving, Person person, Instant now) {
        boolean missing = !person.groups().contains(rule.group());
        List<Group> lookalikes = person.groups().stream()
                .filter(group -> missing && folded(group.value()).equals(folded(rule.groupValue())))
                .sorted()
                .toList();
        return new Explanation.Obstacle(rule, giving, missing, !rule.isLive(now), lookalikes);
    }

    private static String folded(String value) {
        return value.strip().toLowerCase(Locale.ROOT);
    }
}
