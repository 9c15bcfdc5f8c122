package dev.sallyport.demo.idp;

import dev.sallyport.demo.page.Secrets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Browser sessions at the provider. The cookie holds {@code secret}; relying parties only see {@code sid}. */
final class Sessions {

    /** A signed-in browser, and the ids of the clients that it has signed in to. */
    record Session(String secret, String sid, String subject, Instant authTime, Set<String> clientIds) {}

    private final Map<String, Session> bySecret = new ConcurrentHashMap<>();

    Session open(String subject, Instant authTime) {
        Session session =
                new Session(Secrets.random(), Secrets.random(), subject, authTime, ConcurrentHashMap.newKeySet());
        bySecret.put(session.secret(), session);
        return session;
    }

    Optional<Session> find(String secret) {
        return Optional.ofNullable(bySecret.get(secret));
    }

    boolean isOpen(String sid) {
        return bySecret.values().stream().anyMatch(session -> session.sid().equals(sid));
    }

    void end(Session session) {
        bySecret.remove(session.secret());
    }

    List<Session> of(String subject) {
        return bySecret.values().stream()
                .filter(session -> session.subject().equals(subject))
                .toList();
    }
}
