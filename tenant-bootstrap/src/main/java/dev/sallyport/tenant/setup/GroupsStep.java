package dev.sallyport.tenant.setup;

import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.MappingRule;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.connection.ConnectionTests.Outcome;
import dev.sallyport.tenant.mapping.MappingRefused;
import dev.sallyport.tenant.setup.GroupsView.PreviewView;
import dev.sallyport.tenant.setup.GroupsView.Row;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Saying which groups have which roles, and what that does to whom. */
final class GroupsStep implements SetupStep {
    private static final String TOO_MANY =
            "There are more rules than this page can show. Change them through the admin API.";

    @Override
    public String key() {
        return "groups";
    }

    @Override
    public Set<SetupPurpose> purposes() {
        return Set.of(SetupPurpose.FEDERATE);
    }

    @Override
    public Future<Void> show(Visit visit) {
        List<MappingRule> rules = visit.state().mapping().mapping().rules();
        boolean saved = visit.ctx().request().getParam("saved") != null;
        return render(visit, 200, rules, saved, rules.size() > GroupsForm.MAX_ROWS ? TOO_MANY : "", null);
    }

    @Override
    public Future<Void> submit(Visit visit) {
        List<MappingRule> stored = visit.state().mapping().mapping().rules();
        if (stored.size() > GroupsForm.MAX_ROWS) {
            return render(visit, 422, stored, false, TOO_MANY, null);
        }
        List<MappingRule> wanted;
        try {
            wanted = GroupsForm.rules(visit.ctx().request().formAttributes(), stored, connection(visit));
        } catch (IllegalArgumentException e) {
            return render(visit, 422, stored, false, e.getMessage(), null);
        }
        Future<Void> done = visit.field("action").equals("preview") ? preview(visit, wanted) : save(visit, wanted);
        return done.recover(e -> {
            if (e instanceof MappingRefused refused) {
                String why =
                        refused.violations().stream().map(Violation::message).collect(Collectors.joining(" "));
                return render(visit, 422, wanted, false, why, null);
            }
            if (e instanceof VersionChanged) {
                String why = "Somebody else changed the rules in between. This is how they are now.";
                return render(visit, 409, stored, false, why, null);
            }
            return Future.failedFuture(e);
        });
    }

    private static Future<Void> save(Visit visit, List<MappingRule> wanted) {
        Optional<Long> version = Optional.of(visit.field("version"))
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::valueOf);
        return visit.parts()
                .mappings()
                .save(visit.tenant().id(), wanted, version, visit.session().actor())
                .onSuccess(saved -> visit.goTo("groups?saved"))
                .mapEmpty();
    }

    private Future<Void> preview(Visit visit, List<MappingRule> wanted) {
        return visit.parts()
                .mappings()
                .preview(visit.tenant().id(), wanted)
                .compose(preview -> visit.parts().catalogues().current().compose(catalogue -> {
                    PreviewView view = PreviewWords.of(
                            preview,
                            wanted,
                            connection(visit),
                            seen(visit),
                            catalogue,
                            visit.parts().clock().instant());
                    return render(visit, 200, wanted, false, "", view);
                }));
    }

    private Future<Void> render(
            Visit visit, int status, List<MappingRule> rules, boolean saved, String error, PreviewView preview) {
        return visit.parts().catalogues().current().map(catalogue -> {
            List<Row> rows = rules.size() > GroupsForm.MAX_ROWS
                    ? List.of()
                    : GroupsForm.rows(rules, seen(visit), connection(visit));
            GroupsView view = new GroupsView(
                    visit.path(key()),
                    visit.csrf(),
                    visit.state().mapping().version(),
                    saved,
                    error,
                    rows,
                    choices(catalogue),
                    sources(visit, rules),
                    preview);
            visit.show(status, "Groups and roles", key(), "setup/groups.jte", view);
            return null;
        });
    }

    private static List<GroupsView.RoleChoice> choices(Catalogue catalogue) {
        return catalogue.roles().stream()
                .filter(role -> catalogue.isMappable(role.name()))
                .map(role -> new GroupsView.RoleChoice(
                        role.name(),
                        role.description(),
                        role.permissions().stream().map(Permission::name).toList()))
                .toList();
    }

    private static List<GroupsView.Source> sources(Visit visit, List<MappingRule> rules) {
        List<GroupsView.Source> sources = new ArrayList<>();
        visit.state().connection().ifPresent(c -> sources.add(new GroupsView.Source(c.id().toString(), "sign-in")));
        boolean scim = visit.state().directory().isPresent()
                || rules.stream().map(MappingRule::source).anyMatch(GroupSource::isScim);
        if (scim) {
            sources.add(new GroupsView.Source(GroupSource.scim().text(), "directory"));
        }
        rules.stream()
                .map(rule -> rule.source().text())
                .distinct()
                .filter(text ->
                        sources.stream().noneMatch(known -> known.value().equals(text)))
                .forEach(text -> sources.add(new GroupsView.Source(text, "another connection")));
        return sources;
    }

    private static String connection(Visit visit) {
        return visit.state().connection().map(c -> c.id().toString()).orElse("");
    }

    private static List<String> seen(Visit visit) {
        return visit.state()
                .signIn()
                .map(Outcome::result)
                .map(result -> TestView.strings(result, "groups"))
                .orElse(List.of());
    }
}
