package dev.sallyport.demo.app;

import dev.sallyport.demo.app.Reports.Report;
import dev.sallyport.demo.page.Brand;
import dev.sallyport.demo.page.Html;
import dev.sallyport.demo.page.Look;
import dev.sallyport.verifier.VerifiedToken;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The application's pages. */
final class Pages {

    private static final Brand LEDGER = new Brand(
            "Ledger",
            "#3a45c9",
            "#a3abff",
            "M4 3H16A4 4 0 0 1 20 7V21H8A4 4 0 0 1 4 17ZM8 8V10H16V8ZM8 12V14H16V12ZM8 16V18H13V16Z");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM, HH:mm:ss 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final Html BACK =
            Html.of("<p class=\"actions\"><a class=\"button\" href=\"/\">Back to the start</a></p>");

    private final Look look = new Look(LEDGER);

    void mount(Router router) {
        look.mount(router);
    }

    /** The front door: one link per customer. */
    void front(RoutingContext ctx, Collection<Tenant> tenants) {
        List<Html> doors = tenants.stream()
                .map(tenant -> Html.of("""
                    <a class="card door" href="/login/{}"><span><strong>{}</strong>\
                    <span class="small muted">Sign in with your work account</span></span>\
                    <span class="arrow" aria-hidden="true">→</span></a>""", tenant.slug(), tenant.name()))
                .toList();
        look.send(ctx, 200, "Expenses, settled", "", Html.of("""
            <header class="bar"><div>{}<span class="small muted">Expense reports for companies</span></div></header>
            <main class="front">
            <h1>Expenses, settled before the coffee is cold.</h1>
            <p class="lead">File a report, send it on, see it paid. Sign in with the account that you use at work: there is no password to make up here.</p>
            <h2>Where do you work?</h2>
            <div class="doors">{}</div>
            </main>
            """, LEDGER.lockup(), Html.join(doors)));
    }

    /** Who you are and what you may do. */
    void me(RoutingContext ctx, LocalSession session, String company) {
        VerifiedToken access = session.access();
        look.send(
                ctx,
                200,
                session.name(),
                "",
                Html.of(
                        """
            <header class="bar"><div>{}
            <form class="who" method="post" action="/sign-out"><span class="small muted">{}</span>
            <input type="hidden" name="form" value="{}"><button class="quiet" type="submit">Sign out</button></form>
            </div></header>
            <main class="column">
            <div class="hello"><div class="avatar" aria-hidden="true">{}</div>
            <div><h1 id="name">{}</h1><p class="lead"><span id="email">{}</span> <span id="company">{}</span></p></div></div>
            <div class="grid">
            <section class="card wide"><h2>Reports</h2>{}</section>
            <section class="card narrow"><h2>What you may do</h2>{}
            <h2 class="section">Your roles</h2>{}</section>
            <section class="card full"><h2>This session</h2>
            <dl class="facts">
            <dt>Tenant</dt><dd><code id="tenant">{}</code></dd>
            <dt>Signed in</dt><dd>{}</dd>
            <dt>Person</dt><dd><code id="subject">{}</code></dd>
            <dt>Token issued</dt><dd>{}</dd>
            <dt>Session</dt><dd><code id="sid">{}</code></dd>
            <dt>Token expires</dt><dd>{}</dd>
            </dl></section>
            </div>
            </main>
            """,
                        LEDGER.lockup(),
                        session.email(),
                        session.formToken(),
                        initials(session.name()),
                        session.name(),
                        session.email(),
                        company,
                        reports(access),
                        chips(
                                List.copyOf(access.permissions()),
                                "chip permission",
                                "You may look around, and nothing else yet."),
                        chips(List.copyOf(access.roles()), "chip plain role", "None"),
                        access.tenant(),
                        time(access.authTime().orElse(access.issuedAt())),
                        access.subject(),
                        time(access.issuedAt()),
                        session.sid(),
                        time(access.expiresAt())));
    }

    void accessEnded(RoutingContext ctx) {
        look.sendNotice(
                ctx,
                401,
                "Your access has ended",
                "Your company ended it, or you were signed out elsewhere. Nothing of yours is open here any more.",
                BACK);
    }

    void unavailable(RoutingContext ctx) {
        look.sendNotice(
                ctx,
                503,
                "One moment, please",
                "We cannot make sure at the moment that you still have access. Please try again soon.",
                BACK);
    }

    void signedOut(RoutingContext ctx) {
        look.sendNotice(ctx, 200, "You are signed out", "See you next time.", BACK);
    }

    void noSignIn(RoutingContext ctx, int status, String why) {
        look.sendNotice(ctx, status, "You could not be signed in", why, BACK);
    }

    void unknownCompany(RoutingContext ctx) {
        look.sendNotice(ctx, 404, "We do not know this company", "Check the link that you followed.", BACK);
    }

    void broken(RoutingContext ctx, int status) {
        look.sendNotice(
                ctx,
                status,
                status == 404 ? "Nothing here" : "That did not work",
                "The page that you asked for cannot be shown.",
                BACK);
    }

    private static Html reports(VerifiedToken access) {
        if (!access.permissions().contains("reports:read")) {
            return Html.of(
                    "<p class=\"empty\">Reports are shown to people with the permission <code>reports:read</code>.</p>");
        }
        List<Html> rows = Reports.of(access.tenant()).stream().map(Pages::row).toList();
        return Html.of("""
            <table><thead><tr><th scope="col">Report</th><th scope="col" class="optional">Filed by</th><th scope="col">State</th><th scope="col">EUR</th></tr></thead>
            <tbody>{}</tbody></table>""", Html.join(rows));
    }

    private static Html row(Report report) {
        String state = report.state().equals("Paid") ? "state paid" : "state";
        return Html.of(
                "<tr><td>{}</td><td class=\"optional muted\">{}</td><td><span class=\"{}\">{}</span></td><td>{}</td></tr>",
                report.title(),
                report.owner(),
                state,
                report.state(),
                report.amount());
    }

    private static Html chips(List<String> words, String style, String none) {
        return words.isEmpty()
                ? Html.of("<p class=\"small muted\">{}</p>", none)
                : Html.of(
                        "<ul class=\"chips\">{}</ul>",
                        Html.join(words.stream()
                                .map(word -> Html.of("<li class=\"{}\">{}</li>", style, word))
                                .toList()));
    }

    private static String initials(String name) {
        String[] words = name.strip().split("\\s+", -1);
        String first = words[0].isEmpty() ? "·" : words[0].substring(0, words[0].offsetByCodePoints(0, 1));
        String last = words[words.length - 1];
        return words.length < 2 ? first : first + last.substring(0, last.offsetByCodePoints(0, 1));
    }

    private static String time(Instant instant) {
        return TIME.format(instant);
    }
}
