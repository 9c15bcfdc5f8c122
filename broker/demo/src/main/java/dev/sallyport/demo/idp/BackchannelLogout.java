package dev.sallyport.demo.idp;

import dev.sallyport.demo.idp.Sessions.Session;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.time.Duration;
import java.util.List;

/** Ends sessions and tells every client of each (OpenID Connect Back-Channel Logout §2.5): at the same time, with a limit, with retry. */
final class BackchannelLogout {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final int ATTEMPTS = 3;

    private final Vertx vertx;
    private final Provider provider;
    private final WebClient client;

    BackchannelLogout(Vertx vertx, Provider provider) {
        this.vertx = vertx;
        this.provider = provider;
        this.client = WebClient.create(vertx, new WebClientOptions().setFollowRedirects(false));
    }

    /** Ends the session at once; the future completes when every notice was accepted or given up, and never fails. */
    Future<LogoutNotices> end(Session session) {
        provider.sessions.end(session);
        provider.grants.endSession(session.sid());
        List<Future<LogoutNotices>> notices = session.clientIds().stream()
                .flatMap(id -> java.util.stream.Stream.ofNullable(provider.clients.get(id)))
                .filter(relyingParty -> !relyingParty.backchannelLogoutUri().isEmpty())
                .map(relyingParty ->
                        deliver(relyingParty, session, 1).map(accepted -> new LogoutNotices(1, accepted ? 1 : 0)))
                .toList();
        return sum(notices);
    }

    /** Ends every session of the person. */
    Future<LogoutNotices> endAll(String subject) {
        return sum(provider.sessions.of(subject).stream().map(this::end).toList());
    }

    void close() {
        client.close();
    }

    private Future<Boolean> deliver(IdpClient relyingParty, Session session, int attempt) {
        String token = provider.tokens.logoutToken(relyingParty, session.subject(), session.sid());
        return client.postAbs(relyingParty.backchannelLogoutUri())
                .timeout(TIMEOUT.toMillis())
                .sendForm(MultiMap.caseInsensitiveMultiMap().add("logout_token", token))
                .map(response -> response.statusCode())
                .otherwise(503)
                .compose(status -> status < 500 || attempt == ATTEMPTS
                        ? Future.succeededFuture(status == 200 || status == 204)
                        : vertx.timer(PAUSE.toMillis()).compose(v -> deliver(relyingParty, session, attempt + 1)));
    }

    private static Future<LogoutNotices> sum(List<Future<LogoutNotices>> parts) {
        return Future.all(parts)
                .map(all -> all.<LogoutNotices>list().stream().reduce(LogoutNotices.NONE, LogoutNotices::plus));
    }
}
