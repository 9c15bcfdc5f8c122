package dev.sallyport.demo.idp;

import dev.sallyport.demo.page.Look;
import dev.sallyport.demo.page.Secrets;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What the endpoints of one provider share. */
final class Provider {

    final IdpCompany company;
    final String issuer;
    final Clock clock;
    final SigningKeys keys;
    final Look look;
    final People people;
    final Sessions sessions = new Sessions();
    final Grants grants;
    final Map<String, IdpClient> clients = new ConcurrentHashMap<>();
    final Tokens tokens;
    final String adminToken = Secrets.random();

    Provider(IdpCompany company, String issuer, Clock clock, SigningKeys keys) {
        this.company = company;
        this.issuer = issuer;
        this.clock = clock;
        this.keys = keys;
        this.look = new Look(company.brand());
        this.people = new People(company.people());
        this.grants = new Grants(clock);
        this.tokens = new Tokens(issuer, clock, keys);
    }

    /** The browser's session, as long as its person still works here. */
    Optional<Sessions.Session> session(RoutingContext ctx) {
        return Optional.ofNullable(ctx.request().getCookie(cookieName("session")))
                .flatMap(cookie -> sessions.find(cookie.getValue()))
                .filter(session -> people.bySubject(session.subject()).isPresent());
    }

    void setCookie(RoutingContext ctx, String purpose, String value) {
        ctx.response()
                .addCookie(Cookie.cookie(cookieName(purpose), value)
                        .setPath("/")
                        .setHttpOnly(true)
                        .setSameSite(CookieSameSite.LAX));
    }

    Optional<String> cookie(RoutingContext ctx, String purpose) {
        return Optional.ofNullable(ctx.request().getCookie(cookieName(purpose))).map(Cookie::getValue);
    }

    // Cookies do not know ports: the providers, the broker and the application share 127.0.0.1.
    private String cookieName(String purpose) {
        return company.slug() + "_idp_" + purpose;
    }
}
