package dev.sallyport.broker.login;

import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.ClientAddress;
import dev.sallyport.broker.web.Cookies;
import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.Failures;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Templates;
import dev.sallyport.broker.web.Throttle;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.domain.HomeRealm;
import dev.sallyport.tenant.page.Origins;
import dev.sallyport.tenant.page.Page;
import dev.sallyport.tenant.page.Pages;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /login}: asks for an e-mail address or an organisation and sends the browser to the tenant's sign-in. Whatever leads nowhere gets
 * one and the same answer (D15). An application may say the tenant, the address or the domain itself ({@code tenant}, {@code login_hint},
 * {@code domain_hint}); then no page is shown. Its authorization request comes along in the query and goes on unchanged.
 */
public final class LoginPage {
    private static final long MOST_BODY = 8 * 1024;
    /** From one client; what leads nowhere is a typing mistake or a guess. */
    private static final int MISSES_A_MINUTE = 20;
    /** From one client, which may be a whole company behind one address. */
    private static final int LOOKUPS_A_MINUTE = 600;

    private final HomeRealm realm;
    private final LastHome last;
    private final Pages pages;
    private final ErrorPage page;
    private final Origins origins;
    private final ClientAddress addresses;
    private final Throttle<String> misses;
    private final Throttle<String> all;

    private LoginPage(
            HomeRealm realm,
            LastHome last,
            Pages pages,
            Origins origins,
            ClientAddress addresses,
            Throttle<String> misses,
            Throttle<String> all) {
        this.realm = realm;
        this.last = last;
        this.pages = pages;
        this.page = new ErrorPage(pages);
        this.origins = origins;
        this.addresses = addresses;
        this.misses = misses;
        this.all = all;
    }

    /** The page, with its limits. */
    public static LoginPage of(
            HomeRealm realm, Cookies cookies, Pages pages, Origins origins, ClientAddress addresses, Clock clock) {
        return new LoginPage(
                realm,
                new LastHome(cookies),
                pages,
                origins,
                addresses,
                new Throttle<>(clock, MISSES_A_MINUTE),
                new Throttle<>(clock, LOOKUPS_A_MINUTE));
    }

    /** Puts itself into a router. */
    public void mount(Router router) {
        router.get("/login").handler(Answers.handle(this::show)).failureHandler(new Failures());
        router.head("/login").handler(Answers.handle(this::show)).failureHandler(new Failures());
        router.post("/login")
                .handler(BodyHandler.create(false).setBodyLimit(MOST_BODY))
                .handler(Answers.handle(this::submit))
                .failureHandler(new Failures());
        router.route("/login").handler(context -> {
            context.response().putHeader("Allow", "GET, HEAD, POST");
            page.send(context, 405, "This page takes no such request", "Open it in a browser.");
        });
    }

    private Future<Void> show(RoutingContext context) {
        Said said;
        try {
            said = Said.of(Parameters.query(context));
        } catch (OAuthError malformed) {
            return refuse(context);
        }
        return said.isNothing() ? form(context, false) : lookup(context, said, false);
    }

    private Future<Void> submit(RoutingContext context) {
        if (!origins.isOwn(context.request())) {
            page.send(
                    context,
                    403,
                    "Nothing was done",
                    "The form did not come from this page as it is now. Open the page again.");
            return Future.succeededFuture();
        }
        Said said;
        boolean forget;
        try {
            Parameters form = Parameters.form(context);
            forget = form.has("forget");
            said = Said.of(form);
        } catch (OAuthError malformed) {
            return refuse(context);
        }
        if (forget) {
            last.forget(context);
            Answers.redirect(context, pages.base() + onward(context).here());
            return Future.succeededFuture();
        }
        return lookup(context, said, true);
    }

    /** Only a form of our own page is the person's choice, to be remembered; a link may be anybody's. */
    private Future<Void> lookup(RoutingContext context, Said said, boolean chosen) {
        String client = addresses.of(context.request());
        int wait = Math.max(all.take(client), misses.secondsToWait(client));
        if (wait > 0) {
            context.response().putHeader("Retry-After", Integer.toString(wait));
            page.send(
                    context,
                    429,
                    "Too many tries",
                    "Wait a minute, or ask whoever runs your organisation’s sign-in for its address.");
            return Future.succeededFuture();
        }
        return said.find(realm).compose(found -> {
            if (found.isEmpty()) {
                misses.take(client);
                return form(context, true);
            }
            if (chosen) {
                last.remember(context, found.get());
            }
            Answers.redirect(context, pages.base() + onward(context).at(found.get(), said.hint(), said.domain()));
            return Future.succeededFuture();
        });
    }

    private Future<Void> form(RoutingContext context, boolean unknown) {
        List<String> slugs = last.slugs(context);
        Future<Optional<Tenant>> remembered =
                slugs.size() == 1 ? realm.bySlug(slugs.get(0)) : Future.succeededFuture(Optional.empty());
        return remembered.map(tenant -> {
            Onward onward = onward(context);
            LoginView view = new LoginView(
                    pages.base() + onward.here(),
                    unknown,
                    tenant.map(Tenant::name).orElse(""),
                    tenant.map(t -> pages.base() + onward.back(t)).orElse(""));
            int status = unknown && context.request().method().equals(HttpMethod.POST) ? 422 : 200;
            pages.send(
                    context,
                    status,
                    Page.narrow("Sign in", "", Templates.content("login.jte", Map.of("view", view)))
                            .withLeavingForms());
            return null;
        });
    }

    private Future<Void> refuse(RoutingContext context) {
        page.send(
                context,
                400,
                "This link is not in order",
                "It says something twice, or in a way that cannot be read. Go back and begin again.");
        return Future.succeededFuture();
    }

    private static Onward onward(RoutingContext context) {
        return new Onward(context.queryParams().entries());
    }

    /** What somebody said of who they are; the tenant counts before the address, the address before the domain. */
    private record Said(Optional<String> tenant, Optional<String> address, Optional<String> domainHint) {
        static Said of(Parameters parameters) {
            return new Said(parameters.get("tenant"), parameters.get("login_hint"), parameters.get("domain_hint"));
        }

        boolean isNothing() {
            return tenant.isEmpty() && address.isEmpty() && domainHint.isEmpty();
        }

        Future<Optional<Tenant>> find(HomeRealm realm) {
            if (tenant.isPresent()) {
                return realm.bySlug(tenant.get());
            }
            return address.isPresent() ? realm.find(address.get()) : realm.byDomain(domainHint.orElse(""));
        }

        Optional<String> hint() {
            return address.flatMap(Onward::hint);
        }

        Optional<String> domain() {
            return address.flatMap(HomeRealm::domain).or(() -> domainHint.flatMap(HomeRealm::domain));
        }
    }
}
