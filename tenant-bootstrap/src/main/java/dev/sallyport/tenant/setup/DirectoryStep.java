package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.setup.DirectorySettings.Current;
import dev.sallyport.tenant.setup.DirectorySettings.Tried;
import dev.sallyport.tenant.setup.DirectorySettings.Wanted;
import dev.sallyport.tenant.setup.DirectoryView.Trial;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Attaching the directory that says who belongs to the tenant. */
final class DirectoryStep implements SetupStep {
    private static final Current UNSET = new Current("", false, 50, 0.1);

    @Override
    public String key() {
        return "directory";
    }

    @Override
    public Set<SetupPurpose> purposes() {
        return Set.of(SetupPurpose.DIRECTORY);
    }

    @Override
    public Future<Void> show(Visit visit) {
        Current current = visit.state().directory().orElse(UNSET);
        boolean saved = visit.ctx().request().getParam("saved") != null;
        return render(visit, 200, saved, current, Map.of(), Optional.empty(), "");
    }

    private Future<Void> render(
            Visit visit,
            int status,
            boolean saved,
            Current current,
            Map<String, String> errors,
            Optional<PushSettings.Made> made,
            String pushError) {
        return parts(visit, made, pushError, (trial, push) -> {
            DirectoryView view = new DirectoryView(
                    visit.path(key()),
                    visit.csrf(),
                    saved,
                    current.baseUrl(),
                    current.secretSet(),
                    Integer.toString(current.maxRemovals()),
                    Long.toString(Math.round(current.maxRemovalRatio() * 100)),
                    errors,
                    trial,
                    push);
            visit.show(status, "Directory", key(), "setup/directory.jte", view);
        });
    }

    // The only page that shows the token, so there is no redirect here that would lose it.
    private Future<Void> makeToken(Visit visit) {
        return PushPart.make(visit)
                .compose(made -> render(
                        visit,
                        made.isPresent() ? 200 : 409,
                        false,
                        visit.state().directory().orElse(UNSET),
                        Map.of(),
                        made,
                        PushPart.error(made)));
    }

    @Override
    public Future<Void> submit(Visit visit) {
        return switch (visit.field("action")) {
            case PushPart.MAKE -> makeToken(visit);
            case PushPart.END -> PushPart.end(visit, key());
            case "try" -> tryOut(visit);
            default -> attach(visit);
        };
    }

    private Future<Void> tryOut(Visit visit) {
        return visit.parts()
                .directories()
                .tryOut(visit.tenant().id(), visit.session().actor())
                .map(begun -> {
                    visit.goTo("directory#trial");
                    return null;
                });
    }

    private static Future<Void> parts(
            Visit visit,
            Optional<PushSettings.Made> made,
            String pushError,
            BiConsumer<Trial, DirectoryView.Push> show) {
        Future<Optional<Tried>> tried =
                visit.parts().directories().tried(visit.tenant().id());
        Future<DirectoryView.Push> push = PushPart.of(visit, made, pushError);
        boolean possible = visit.state().directory().isPresent();
        return Future.all(tried, push).map(both -> {
            show.accept(trial(possible, tried.result()), push.result());
            return null;
        });
    }

    /** What a reading that changes nothing has found, in words. */
    static Trial trial(boolean possible, Optional<Tried> last) {
        if (last.isEmpty()) {
            return new Trial(possible, "", "", "");
        }
        Tried tried = last.get();
        String when = "The reading of " + Times.minute(tried.at()) + " (UTC)";
        if (!tried.over()) {
            return new Trial(
                    possible,
                    "info",
                    "A reading is under way.",
                    "Load this page again in a moment to see what it finds.");
        }
        if (!tried.problem().isEmpty()) {
            return new Trial(possible, "bad", when + " did not work.", tried.problem());
        }
        return new Trial(
                possible,
                "good",
                String.format(Locale.ENGLISH, "%s: %,d found.", when, tried.found()),
                String.format(
                        Locale.ENGLISH,
                        "%,d of them would get an account. %,d of your accounts are not there. Nothing was changed.",
                        tried.come(),
                        tried.missing()));
    }

    private Future<Void> attach(Visit visit) {
        Map<String, String> errors = new HashMap<>();
        int removals = number(visit, "max_removals", 1_000_000, errors);
        int percent = number(visit, "max_removal_percent", 100, errors);
        if (visit.field("base_url").isEmpty()) {
            errors.put("base_url", "Enter the address of your directory.");
        }
        if (!errors.isEmpty()) {
            return again(visit, errors);
        }
        Wanted wanted = new Wanted(
                visit.field("base_url"),
                Optional.of(visit.field("bearer")).filter(text -> !text.isEmpty()),
                removals,
                percent / 100.0,
                visit.state().connection().map(Connection::id));
        return visit.parts()
                .directories()
                .save(visit.tenant().id(), wanted, visit.session().actor())
                .onSuccess(saved -> visit.goTo("directory?saved"))
                .recover(e -> {
                    if (e instanceof DirectorySettings.Refused refused) {
                        refused.violations()
                                .forEach(violation -> errors.put(
                                        violation.field().equals("max_removal_ratio")
                                                ? "max_removal_percent"
                                                : violation.field(),
                                        violation.message()));
                        return again(visit, errors);
                    }
                    return Future.failedFuture(e);
                });
    }

    private Future<Void> again(Visit visit, Map<String, String> errors) {
        return parts(visit, Optional.empty(), "", (trial, push) -> {
            DirectoryView view = new DirectoryView(
                    visit.path(key()),
                    visit.csrf(),
                    false,
                    visit.field("base_url"),
                    visit.state().directory().map(Current::secretSet).orElse(false),
                    visit.field("max_removals"),
                    visit.field("max_removal_percent"),
                    errors,
                    trial,
                    push);
            visit.show(422, "Directory", key(), "setup/directory.jte", view);
        });
    }

    private static int number(Visit visit, String name, int most, Map<String, String> errors) {
        String text = visit.field(name);
        if (text.matches("[0-9]{1,7}") && Integer.parseInt(text) <= most) {
            return Integer.parseInt(text);
        }
        errors.put(name, String.format(Locale.ENGLISH, "Enter a whole number from 0 to %,d.", most));
        return 0;
    }
}
