package dev.sallyport.broker.bulk;

import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.DirectGrant;
import dev.sallyport.roles.Group;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.RoleEngine;
import dev.sallyport.roles.RoleMapping;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a file gives to anybody: its groups give what the rules say, its roles what they hold (F16, B08). */
final class ImportReach {
    private ImportReach() {}

    static SortedSet<Permission> of(
            List<PersonRow> rows, GroupSource source, RoleMapping mapping, Catalogue catalogue, Instant now) {
        Set<Group> groups = new HashSet<>();
        SortedSet<String> roles = new TreeSet<>();
        for (PersonRow row : rows) {
            row.groups().ifPresent(values -> values.forEach(value -> groups.add(new Group(source, value))));
            roles.addAll(row.roles());
        }
        List<DirectGrant> grants =
                roles.stream().map(role -> DirectGrant.of(role, role)).toList();
        return RoleEngine.evaluate(groups, grants, mapping, catalogue, now).permissions();
    }
}
