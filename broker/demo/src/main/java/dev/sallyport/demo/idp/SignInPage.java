package dev.sallyport.demo.idp;

import dev.sallyport.demo.page.Html;
import io.vertx.ext.web.RoutingContext;

/** The company's sign-in page: a plain form that works without scripts. */
final class SignInPage {

    private SignInPage() {}

    static void send(
            RoutingContext ctx,
            Provider provider,
            AuthenticationRequest request,
            String transaction,
            String username,
            boolean refused) {
        IdpCompany company = provider.company;
        Html alert = refused ? Html.of("""
                    <p class="alert" role="alert">{}</p>""", "That e-mail address and password do not belong together.") : Html.none();
        provider.look.send(
                ctx,
                200,
                "Sign in",
                "sign-in",
                Html.of(
                        """
            <aside class="panel">
            {}
            <svg class="watermark" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>
            <p class="slogan">{}</p>
            <p class="fine small">Staff sign-in · {}</p>
            </aside>
            <main>
            <div class="form">
            <h1>Sign in</h1>
            <p class="lead">to continue to {}</p>
            {}
            <form method="post" action="/login">
            <input type="hidden" name="transaction" value="{}">
            <div class="field"><label for="username">Work e-mail</label>
            <input id="username" name="username" type="email" value="{}" autocomplete="username" autocapitalize="none" spellcheck="false" required></div>
            <div class="field"><label for="password">Password</label>
            <input id="password" name="password" type="password" autocomplete="current-password" required></div>
            <button type="submit">Sign in</button>
            </form>
            {}
            </div>
            </main>
            """,
                        company.brand().lockup(),
                        company.brand().mark(),
                        company.slogan(),
                        company.name(),
                        request.client().name(),
                        alert,
                        transaction,
                        username,
                        accounts(provider)));
    }

    private static Html accounts(Provider provider) {
        if (!provider.company.showAccounts()) {
            return Html.none();
        }
        return Html.of(
                """
            <details><summary>Demo accounts</summary><ul>{}</ul></details>
            """,
                Html.join(provider.people.all().stream()
                        .map(person ->
                                Html.of("<li><code>{}</code><code>{}</code></li>", person.email(), person.password()))
                        .toList()));
    }
}
