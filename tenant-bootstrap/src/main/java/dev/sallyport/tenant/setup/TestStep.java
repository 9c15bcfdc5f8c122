package dev.sallyport.tenant.setup;

import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.Group;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.Permission;
import dev.sallyport.roles.RoleEngine;
import dev.sallyport.tenant.connection.Check;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionTests.Outcome;
import dev.sallyport.tenant.connection.ProviderMetadata.IssuerMismatch;
import dev.sallyport.tenant.connection.TokenEndpointMoved;
import dev.sallyport.tenant.domain.Domain;
import dev.sallyport.tenant.page.Pages;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Signing in through the connection before anybody else can; creates nobody. */
final class TestStep implements SetupStep {
    @Override
    public String key() {
        return "test";
    }

    @Override
    public Set<SetupPurpose> purposes() {
        return Set.of(SetupPurpose.FEDERATE);
    }

    @Override
    public Future<Void> show(Visit visit) {
        return render(visit, 200, "");
    }

    @Override
    public Future<Void> submit(Visit visit) {
        if (visit.state().connection().isEmpty()) {
            visit.goTo("sign-in");
            return Future.succeededFuture();
        }
        Connection connection = visit.state().connection().get();
        String returnTo =
                visit.parts().publicUrl() + "/setup/" + visit.session().linkId() + "/test";
        return visit.parts()
                .testSignIn()
                .begin(visit.tenant(), connection, returnTo)
                .onSuccess(departure -> {
                    departure.cookies().forEach(visit.ctx().response()::addCookie);
                    Pages.seeOther(visit.ctx(), departure.location());
                })
                .<Void>mapEmpty()
                .recover(e -> {
                    if (e instanceof OutboundRefused refused) {
                        return render(visit, 422, advice(refused.reason().word()));
                    }
                    if (e instanceof TokenEndpointMoved) {
                        return render(visit, 422, SignInProblem.words("token_endpoint_moved"));
                    }
                    if (e instanceof IssuerMismatch) {
                        return render(visit, 422, advice("issuer_mismatch"));
                    }
                    return Future.failedFuture(e);
                });
    }

    private static String advice(String word) {
        CheckView view = CheckView.of(new Check("reachable", false, word));
        return view.title() + ". " + view.advice();
    }

    private Future<Void> render(Visit visit, int status, String problem) {
        return visit.parts().catalogues().current().map(catalogue -> {
            TestView view = new TestView(
                    visit.path(key()),
                    visit.csrf(),
                    visit.path("groups"),
                    visit.state().connection().isPresent(),
                    problem,
                    visit.state()
                            .signIn()
                            .map(outcome -> TestView.Result.of(
                                    outcome, permissions(visit, outcome, catalogue), key(visit), proven(visit)))
                            .orElse(null));
            var page = visit.page("Test sign-in", key(), "setup/test.jte", Map.of("view", view));
            visit.parts().pages().send(visit.ctx(), status, page.withLeavingForms());
            return null;
        });
    }

    private static String key(Visit visit) {
        return visit.state().connection().orElseThrow().claims().subject();
    }

    private static Set<String> proven(Visit visit) {
        return visit.state().domains().stream()
                .filter(Domain::verified)
                .map(domain -> domain.name().ascii())
                .collect(Collectors.toSet());
    }

    // The rules may have changed since the test; what counts is what they say now.
    private static List<String> permissions(Visit visit, Outcome outcome, Catalogue catalogue) {
        GroupSource source =
                GroupSource.parse(visit.state().connection().orElseThrow().id().toString());
        List<Group> groups = TestView.strings(outcome.result(), "groups").stream()
                .map(group -> new Group(source, group))
                .toList();
        return RoleEngine.evaluate(
                        groups,
                        List.of(),
                        visit.state().mapping().mapping(),
                        catalogue,
                        visit.parts().clock().instant())
                .permissions()
                .stream()
                .map(Permission::name)
                .toList();
    }
}
