package dev.sallyport.tenant.setup;

import dev.sallyport.roles.Access;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.Group;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.MappingRule;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.Preview.Change;
import dev.sallyport.roles.RoleEngine;
import dev.sallyport.roles.RoleMapping;
import dev.sallyport.roles.Warning;
import dev.sallyport.tenant.mapping.MappingPreview;
import dev.sallyport.tenant.setup.GroupsView.ChangeRow;
import dev.sallyport.tenant.setup.GroupsView.PreviewView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A preview in words. While nobody has signed in yet, it speaks of whoever made the test sign-in. */
final class PreviewWords {
    private static final int MOST_ROWS = 200;

    private PreviewWords() {}

    static PreviewView of(
            MappingPreview preview,
            List<MappingRule> rules,
            String connection,
            List<String> seen,
            Catalogue catalogue,
            Instant now) {
        List<String> warnings = new ArrayList<>();
        if (preview.lastAdminGoes()) {
            warnings.add("Nobody would administer this tenant any more. This cannot be saved.");
        }
        boolean first = preview.people() == 0;
        for (Warning warning : preview.preview().warnings()) {
            // With nobody there yet, each rule matches nobody and nobody holds anything: that is no news.
            if (!first && !(warning instanceof Warning.NobodyHolds && preview.lastAdminGoes())) {
                warnings.add(warning.message());
            }
        }
        return first
                ? forTester(rules, connection, seen, catalogue, now, warnings)
                : new PreviewView(summary(preview), warnings, changes(preview));
    }

    private static PreviewView forTester(
            List<MappingRule> rules,
            String connection,
            List<String> seen,
            Catalogue catalogue,
            Instant now,
            List<String> warnings) {
        String nobody = "Nobody has signed in yet, so nobody gains or loses anything today.";
        if (connection.isEmpty() || seen.isEmpty()) {
            return new PreviewView(nobody, warnings, List.of());
        }
        List<Group> groups = seen.stream()
                .map(group -> new Group(GroupSource.parse(connection), group))
                .toList();
        Access access = RoleEngine.evaluate(groups, List.of(), RoleMapping.stored(rules), catalogue, now);
        if (!access.holds(Permission.TENANT_ADMIN)) {
            warnings.add(
                    "You would not administer this tenant. Give one of your groups a role that holds tenant:admin.");
        }
        List<ChangeRow> you = access.permissions().isEmpty()
                ? List.of()
                : List.of(new ChangeRow("You, by your test sign-in", names(access.permissions()), ""));
        return new PreviewView(nobody, warnings, you);
    }

    private static String summary(MappingPreview preview) {
        int gains = preview.preview().gains().size();
        int losses = preview.preview().losses().size();
        int admins = preview.preview().holders().getOrDefault(Permission.TENANT_ADMIN, 0);
        return "Of " + count(preview.people(), "person", "people") + ", " + gains + " would gain something and "
                + losses + " would lose something. " + count(admins, "person", "people")
                + " would administer the tenant.";
    }

    private static List<ChangeRow> changes(MappingPreview preview) {
        Map<String, String> gains = byPerson(preview.preview().gains());
        Map<String, String> losses = byPerson(preview.preview().losses());
        Map<String, ChangeRow> rows = new TreeMap<>();
        preview.names()
                .forEach((id, name) ->
                        rows.put(name, new ChangeRow(name, gains.getOrDefault(id, ""), losses.getOrDefault(id, ""))));
        return rows.values().stream().limit(MOST_ROWS).toList();
    }

    private static Map<String, String> byPerson(List<Change> changes) {
        return changes.stream().collect(Collectors.toMap(Change::person, change -> names(change.permissions())));
    }

    private static String names(SortedSet<Permission> permissions) {
        return permissions.stream().map(Permission::name).collect(Collectors.joining(", "));
    }

    private static String count(int n, String one, String many) {
        return n + " " + (n == 1 ? one : many);
    }
}
