package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionRefused;
import dev.sallyport.tenant.connection.ConnectionStatus;
import dev.sallyport.tenant.connection.Succession;
import dev.sallyport.tenant.page.Step.State;
import dev.sallyport.tenant.setup.LiveView.Former;
import dev.sallyport.tenant.setup.LiveView.Need;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The last step: from here on people can sign in. Needs a test sign-in that worked within the last hour. */
final class LiveStep implements SetupStep {
    @Override
    public String key() {
        return "go-live";
    }

    @Override
    public Set<SetupPurpose> purposes() {
        return Set.of(SetupPurpose.FEDERATE);
    }

    @Override
    public Future<Void> show(Visit visit) {
        render(visit, 200, "", PilotForm.NONE);
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> submit(Visit visit) {
        PilotForm form = PilotForm.of(visit.ctx().request().formAttributes());
        if (visit.state().live()) {
            return widen(visit, form);
        }
        if (!visit.state().tested()) {
            render(visit, 422, "First test the sign-in; it has to work within the hour before you go live.", form);
            return Future.succeededFuture();
        }
        return refusing(
                visit,
                form,
                goLive(visit, visit.state().connection().orElseThrow(), form.groups())
                        .compose(wayBack -> live(visit, wayBack)));
    }

    /** A tenant that is live opens its connection to more people or to fewer. */
    private Future<Void> widen(Visit visit, PilotForm form) {
        if (!form.isSent()) {
            visit.goTo(key());
            return Future.succeededFuture();
        }
        Connection connection = visit.state().connection().orElseThrow();
        return refusing(
                visit,
                form,
                visit.parts()
                        .connections()
                        .setPilot(
                                visit.tenant().id(),
                                connection.id(),
                                form.groups(),
                                Optional.of(connection.version()),
                                visit.session().actor())
                        .onSuccess(changed -> visit.goTo("go-live?saved"))
                        .mapEmpty());
    }

    private Future<Void> refusing(Visit visit, PilotForm form, Future<Void> done) {
        return done.recover(e -> {
            if (e instanceof VersionChanged) {
                render(visit, 409, "The connection was changed in between. Test it again.", form);
                return Future.succeededFuture();
            }
            if (e instanceof ConnectionRefused) {
                render(visit, 422, "For a pilot, choose or enter 1 to 50 groups.", form);
                return Future.succeededFuture();
            }
            return Future.failedFuture(e);
        });
    }

    // The only page that shows the way back, so there is no redirect here that would lose it.
    private Future<Void> live(Visit visit, NewSetupLink wayBack) {
        SetupParts parts = visit.parts();
        return parts.tenants()
                .byId(visit.tenant().id())
                .compose(tenant -> SetupState.load(parts, tenant.orElse(visit.tenant())))
                .map(state -> {
                    render(
                            new Visit(visit.ctx(), parts, visit.session(), state),
                            200,
                            "",
                            wayBack.url(),
                            PilotForm.NONE);
                    return null;
                });
    }

    private static Future<NewSetupLink> goLive(Visit visit, Connection connection, Optional<List<String>> pilot) {
        SetupParts parts = visit.parts();
        var id = visit.tenant().id();
        String actor = visit.session().actor();
        return parts.goLive()
                .prepare(visit.tenant(), actor)
                .compose(ready -> parts.database().tenants().transaction(id, tx -> parts.connections()
                        .setStatus(
                                tx,
                                id,
                                connection.id(),
                                ConnectionStatus.ACTIVE,
                                Optional.of(connection.version()),
                                actor)
                        .compose(active ->
                                parts.connections().setPilot(tx, id, connection.id(), pilot, Optional.empty(), actor))
                        .compose(active -> parts.tenants().activate(tx, id, actor))
                        .compose(tenant -> ready.write(tx))
                        .compose(v ->
                                parts.links().complete(tx, id, visit.session().linkId()))
                        .compose(v -> parts.links().breakGlass(tx, visit.tenant(), actor))))
                .onSuccess(done -> parts.cache().dropAll());
    }

    private void render(Visit visit, int status, String error, PilotForm form) {
        render(visit, status, error, "", form);
    }

    private void render(Visit visit, int status, String error, String wayBack, PilotForm form) {
        SetupState state = visit.state();
        LiveView view = new LiveView(
                visit.path(key()),
                visit.csrf(),
                visit.tenant().name(),
                visit.tenant().issuer(visit.parts().publicUrl()),
                state.live(),
                state.tested(),
                error,
                wayBack,
                form.view(state),
                List.of(signIn(state), test(state), groups(state)),
                former(state));
        visit.show(status, state.live() ? "You are live" : "Go live", key(), "setup/live.jte", view);
    }

    private static Need signIn(SetupState state) {
        return state.checksGood()
                ? new Need(State.DONE, "Your identity provider is connected", "")
                : new Need(
                        State.ATTENTION,
                        "Your identity provider",
                        "The checks in the step “Sign-in” are not all good.");
    }

    private static Need test(SetupState state) {
        return state.tested()
                ? new Need(State.DONE, "A test sign-in worked within the last hour", "")
                : new Need(State.OPEN, "A test sign-in that worked within the last hour", "This is needed.");
    }

    /** What becomes of the way in before. */
    private static Former former(SetupState state) {
        if (state.former().isEmpty()) {
            return null;
        }
        Connection former = state.former().get();
        String name = "“" + former.name() + "” (" + former.issuer() + ")";
        if (!former.isActive()) {
            return new Former("The former way in is closed", name + " is switched off.");
        }
        if (state.succession().over()) {
            return new Former(
                    "The former way in is open again",
                    name + " was closed and an administrator opened it again. It is not closed by itself any more.");
        }
        String pilot = state.connection().map(c -> c.rollout().isPilot()).orElse(false)
                ? " Not while the new one is a pilot: those who are not in it need the former."
                : "";
        return new Former(
                "The former way in stays open until a second person has signed in ("
                        + Math.min(state.succession().people(), Succession.ENOUGH) + " of " + Succession.ENOUGH + ")",
                stranded(state.succession().stranded()) + name
                        + " is then switched off within about ten minutes. Test sign-ins do not count. Whoever is signed in by it signs in anew; if it"
                        + " is switched on again, their sessions go on." + pilot);
    }

    private static String stranded(long people) {
        return people == 0
                ? ""
                : "It also stays open while anybody is known by it alone: now " + people
                        + (people == 1 ? " person." : " people.")
                        + " Accounts are not handed over. An administrator offboards those accounts, or switches it off by hand. ";
    }

    private static Need groups(SetupState state) {
        String here = state.connection().map(c -> c.id().toString()).orElse("");
        boolean none = state.mapping().mapping().rules().stream()
                .noneMatch(
                        rule -> rule.source().isScim() || rule.source().text().equals(here));
        return none
                ? new Need(
                        State.ATTENTION,
                        "No group is mapped to a role",
                        "People could sign in and would be allowed nothing. You can map groups later.")
                : new Need(State.DONE, "Groups are mapped to roles", "");
    }
}
