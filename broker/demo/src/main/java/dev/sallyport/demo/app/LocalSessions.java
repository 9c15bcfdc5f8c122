package dev.sallyport.demo.app;

import dev.sallyport.demo.page.ShortLived;
import dev.sallyport.verifier.VerifiedToken;
import io.vertx.core.Future;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The application's sessions, in memory, eight hours at most. */
final class LocalSessions {

    private static final String COOKIE = "ledger_session";
    private static final Duration LIFE = Duration.ofHours(8);
    private static final Duration RENEW_BEFORE = Duration.ofSeconds(30);

    private final Clock clock;
    private final ShortLived<LocalSession> sessions;
    private final Map<String, Future<LocalSession>> renewals = new ConcurrentHashMap<>();

    LocalSessions(Clock clock) {
        this.clock = clock;
        this.sessions = new ShortLived<>(clock, LIFE);
    }

    /** Keeps the session, ends the one that the browser had before, and gives the browser the new cookie. */
    void open(RoutingContext ctx, LocalSession session) {
        of(ctx).ifPresent(this::end);
        sessions.put(session.id(), session);
        ctx.response().addCookie(cookie(session.id()));
    }

    Optional<LocalSession> of(RoutingContext ctx) {
        return Optional.ofNullable(ctx.request().getCookie(COOKIE))
                .map(Cookie::getValue)
                .flatMap(sessions::get);
    }

    void end(LocalSession session) {
        sessions.take(session.id());
    }

    void forgetCookie(RoutingContext ctx) {
        ctx.response().addCookie(cookie("").setMaxAge(0));
    }

    /** Ends the tenant's sessions with this session id or, when it is empty, of this subject; tells how many. */
    int end(String tenant, LogoutTokens.Notice notice) {
        List<LocalSession> over = all().stream()
                .filter(session -> session.tenant().equals(tenant))
                .filter(session ->
                        notice.subject().isEmpty() || session.subject().equals(notice.subject()))
                .filter(session -> notice.sid().isEmpty() || session.sid().equals(notice.sid()))
                .toList();
        over.forEach(this::end);
        return over.size();
    }

    List<LocalSession> all() {
        return List.copyOf(sessions.values());
    }

    /** The session with a checked access token, renewed first when it is about to expire; fails when Sallyport says no. */
    Future<LocalSession> fresh(LocalSession session, Tenant tenant) {
        boolean lasts = session.access().expiresAt().isAfter(clock.instant().plus(RENEW_BEFORE));
        if (lasts || session.refreshToken().isEmpty()) {
            return tenant.check(session.accessToken()).map(session);
        }
        // A refresh token is good once: two requests of one browser must not both use it.
        return renewals.computeIfAbsent(session.id(), id -> renew(session, tenant))
                .onComplete(done -> renewals.remove(session.id()));
    }

    // The new tokens are kept before they are checked: the old refresh token is spent, whatever the check says.
    private Future<LocalSession> renew(LocalSession session, Tenant tenant) {
        return tenant.connect()
                .compose(connection -> connection.oauth2().refresh(session.tokens()))
                .map(user -> keep(session, session.access(), user))
                .compose(kept -> tenant.check(kept.accessToken()).map(access -> keep(kept, access, kept.tokens())));
    }

    private LocalSession keep(LocalSession session, VerifiedToken access, User user) {
        if (!access.subject().equals(session.subject())) {
            throw SignInRefused.invalid("the renewed token is somebody else's");
        }
        if (sessions.get(session.id()).isEmpty()) {
            throw SignInRefused.invalid("the session ended meanwhile");
        }
        if (!user.principal().containsKey("id_token")) {
            user.principal().put("id_token", session.idToken());
        }
        LocalSession renewed = session.renewed(access, user);
        sessions.put(renewed.id(), renewed);
        return renewed;
    }

    private static Cookie cookie(String value) {
        return Cookie.cookie(COOKIE, value).setPath("/").setHttpOnly(true).setSameSite(CookieSameSite.LAX);
    }
}
