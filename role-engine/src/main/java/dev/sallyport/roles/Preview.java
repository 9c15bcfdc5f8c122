package dev.sallyport.roles;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a change of rules would do to the people it is asked about: "gains 3, loses 12, 2 admins left".
 *
 * @param gains who could do more, sorted by person; somebody may be in both lists
 * @param losses who could do less, sorted by person
 * @param holders for each permission of the catalogue, how many would hold it afterwards
 * @param warnings what the administrator should look at before saying yes
 */
public record Preview(
        List<Change> gains, List<Change> losses, SortedMap<Permission, Integer> holders, List<Warning> warnings) {

    /**
     * The permissions that one person gains or loses.
     *
     * @param person the id under which the caller knows them
     * @param permissions at least one
     */
    public record Change(String person, SortedSet<Permission> permissions) {

        public Change {
            permissions = Collections.unmodifiableSortedSet(new TreeSet<>(permissions));
        }
    }

    public Preview {
        gains = List.copyOf(gains);
        losses = List.copyOf(losses);
        holders = Collections.unmodifiableSortedMap(new TreeMap<>(holders));
        warnings = List.copyOf(warnings);
    }

    /** Evaluates everybody under both mappings and compares. Costs two evaluations per person. */
    public static Preview of(
            Collection<Person> people, RoleMapping before, RoleMapping after, Catalogue catalogue, Instant now) {
        List<Change> gains = new ArrayList<>();
        List<Change> losses = new ArrayList<>();
        SortedMap<Permission, Integer> had = new TreeMap<>();
        SortedMap<Permission, Integer> holders = new TreeMap<>();
        catalogue.permissions().forEach(entry -> holders.put(entry.permission(), 0));
        Set<Group> seen = new HashSet<>();
        for (Person person : people) {
            SortedSet<Permission> old =
                    RoleEngine.evaluate(person, before, catalogue, now).permissions();
            SortedSet<Permission> fresh =
                    RoleEngine.evaluate(person, after, catalogue, now).permissions();
            add(gains, person, fresh, old);
            add(losses, person, old, fresh);
            old.forEach(permission -> had.merge(permission, 1, Integer::sum));
            fresh.forEach(permission -> holders.merge(permission, 1, Integer::sum));
            seen.addAll(person.groups());
        }
        gains.sort(Comparator.comparing(Change::person));
        losses.sort(Comparator.comparing(Change::person));
        return new Preview(gains, losses, holders, warnings(after, had.keySet(), holders, seen, now));
    }

    private static void add(
            List<Change> changes, Person person, SortedSet<Permission> has, SortedSet<Permission> hasNot) {
        SortedSet<Permission> difference = new TreeSet<>(has);
        difference.removeAll(hasNot);
        if (!difference.isEmpty()) {
            changes.add(new Change(person.id(), difference));
        }
    }

    private static List<Warning> warnings(
            RoleMapping after,
            Set<Permission> had,
            SortedMap<Permission, Integer> holders,
            Set<Group> seen,
            Instant now) {
        List<Warning> warnings = new ArrayList<>();
        holders.forEach((permission, count) -> {
            boolean matters = had.contains(permission) || permission.equals(Permission.TENANT_ADMIN);
            if (count == 0 && matters) {
                warnings.add(new Warning.NobodyHolds(permission));
            }
        });
        for (MappingRule rule : after.rules()) {
            if (!rule.isLive(now)) {
                warnings.add(new Warning.Expired(rule));
            } else if (!seen.contains(rule.group())) {
                warnings.add(new Warning.MatchesNobody(rule));
            }
        }
        return warnings;
    }
}
