package dev.sallyport.broker.account;

import dev.sallyport.broker.consent.Consent;
import dev.sallyport.broker.consent.Consents;
import dev.sallyport.broker.people.People;
import dev.sallyport.broker.people.Person;
import dev.sallyport.broker.session.Session;
import dev.sallyport.broker.session.SessionCookie;
import dev.sallyport.broker.session.Sessions;
import dev.sallyport.broker.token.ApiKey;
import dev.sallyport.broker.token.ApiKeys;
import dev.sallyport.broker.web.ScopeWords;
import dev.sallyport.broker.web.Templates;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.page.Page;
import dev.sallyport.tenant.page.Pages;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** GET {@code /t/{tenant}/account}: a signed-in person's own page. Whoever is not signed in gets the door to it instead. */
public final class AccountPage {
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern(
                    "d MMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Pages pages;
    private final People people;
    private final Sessions sessions;
    private final SessionCookie cookie;
    private final Consents consents;
    private final ApiKeys keys;
    private final AccountDoor door;

    public AccountPage(
            Pages pages,
            People people,
            Sessions sessions,
            SessionCookie cookie,
            Consents consents,
            ApiKeys keys,
            AccountDoor door) {
        this.pages = pages;
        this.people = people;
        this.sessions = sessions;
        this.cookie = cookie;
        this.consents = consents;
        this.keys = keys;
        this.door = door;
    }

    /** Shows it. */
    public Future<Void> handle(RoutingContext context) {
        Tenant tenant = Tenancy.of(context);
        return sessions.find(tenant, cookie.values(context))
                .compose(session ->
                        session.isEmpty() ? door.show(context, tenant) : show(context, tenant, session.get()));
    }

    private Future<Void> show(RoutingContext context, Tenant tenant, Session session) {
        Future<Optional<Person>> person = people.find(tenant.id(), session.user());
        Future<List<Sessions.Listed>> listed = sessions.of(tenant, session.user());
        Future<List<Consent>> allowed = consents.of(tenant.id(), session.user());
        Future<List<ApiKey>> held = keys.of(tenant, session.user());
        return Future.all(person, listed, allowed, held).map(all -> {
            AccountView view = new AccountView(
                    pages.base() + "/t/" + tenant.slug() + "/account",
                    cookie.formToken(context),
                    tenant.name(),
                    person.result().map(Person::label).orElse(""),
                    person.result().map(Person::userName).orElse(""),
                    person.result().flatMap(Person::email).orElse(""),
                    minute(session.expiresAt()),
                    listed.result().stream().map(s -> line(s, session)).toList(),
                    allowed.result().stream().map(AccountPage::line).toList(),
                    held.result().stream().map(AccountPage::line).toList());
            pages.send(
                    context,
                    200,
                    Page.narrow("Your account", tenant.name(), Templates.content("account.jte", Map.of("view", view)))
                            .withLeavingForms());
            return null;
        });
    }

    private static AccountView.SessionLine line(Sessions.Listed session, Session mine) {
        return new AccountView.SessionLine(
                session.id().toString(),
                session.id().equals(mine.id()),
                UserAgent.words(session.userAgent()),
                minute(session.createdAt()),
                minute(session.lastSeenAt()),
                session.connection(),
                session.applications());
    }

    private static AccountView.ConsentLine line(Consent consent) {
        return new AccountView.ConsentLine(
                consent.clientId(),
                consent.name(),
                minute(consent.grantedAt()),
                consent.scopes().stream().map(ScopeWords::of).toList());
    }

    private static AccountView.KeyLine line(ApiKey key) {
        return new AccountView.KeyLine(
                key.id().toString(),
                key.name(),
                minute(key.createdAt()),
                key.lastUsedAt().map(AccountPage::minute).orElse("never"),
                key.expiresAt().map(end -> "ends " + minute(end)).orElse("does not end"),
                key.scope());
    }

    private static String minute(Instant instant) {
        return MINUTE.format(instant);
    }
}
