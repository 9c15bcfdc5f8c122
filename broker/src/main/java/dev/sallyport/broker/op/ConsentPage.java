package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.people.People;
import dev.sallyport.broker.people.Person;
import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.broker.session.Session;
import dev.sallyport.broker.web.ScopeWords;
import dev.sallyport.broker.web.Templates;
import dev.sallyport.database.Database;
import dev.sallyport.roles.Access;
import dev.sallyport.roles.CatalogueEntry;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.page.Page;
import dev.sallyport.tenant.page.Pages;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page that asks for consent: which application, in which organisation, as whom, and in plain words what it would get. */
public final class ConsentPage {
    private final Pages pages;
    private final Database database;
    private final People people;
    private final PersonAccess access;

    public ConsentPage(Pages pages, Database database, People people, PersonAccess access) {
        this.pages = pages;
        this.database = database;
        this.people = people;
        this.access = access;
    }

    /**
     * What the page says.
     *
     * @param returnsTo host of the redirect URI, or its scheme where it has none
     * @param scopes what each scope gives
     * @param permissions what the person's permissions let the application do
     */
    public record View(
            String action,
            String request,
            String application,
            String returnsTo,
            String tenant,
            String person,
            String account,
            List<String> scopes,
            List<String> permissions) {}

    /** Sends it. */
    public Future<Void> send(
            RoutingContext context,
            Tenant tenant,
            Session session,
            Applications.Client client,
            AuthorizeRequest request,
            String id) {
        Future<Optional<Person>> person = people.find(tenant.id(), session.user());
        return Future.all(person, access.rules(tenant.id())).compose(both -> {
            PersonAccess.Rules rules = both.resultAt(1);
            return database.tenants()
                    .transaction(tenant.id(), tx -> access.of(tx, rules, session.user()))
                    .map(may -> {
                        String home = pages.base() + "/t/" + tenant.slug();
                        View view = new View(
                                home + "/consent",
                                id,
                                client.application().name(),
                                host(request.redirectUri()),
                                tenant.name(),
                                person.result().map(Person::label).orElse(""),
                                person.result().map(Person::userName).orElse(""),
                                request.scope().stream().map(ScopeWords::of).toList(),
                                words(rules, may));
                        pages.send(
                                context,
                                200,
                                Page.narrow(
                                                "Allow " + view.application() + "?",
                                                tenant.name(),
                                                Templates.content("consent.jte", Map.of("view", view)))
                                        .withLeavingForms());
                        return null;
                    });
        });
    }

    private static List<String> words(PersonAccess.Rules rules, Access may) {
        return rules.catalogue().permissions().stream()
                .filter(entry -> may.holds(entry.permission()))
                .map(ConsentPage::words)
                .toList();
    }

    private static String words(CatalogueEntry entry) {
        return entry.description().isEmpty() ? entry.permission().name() : entry.description();
    }

    private static String host(String redirectUri) {
        URI uri = URI.create(redirectUri);
        return uri.getHost() == null ? uri.getScheme() : uri.getHost();
    }
}
