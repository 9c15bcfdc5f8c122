package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
import dev.sallyport.bench.load.Reply;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Provider;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes something for the followers of one tenant's feed to hear: the application revokes an access token (RFC 7009), a second after all of
 * them have begun to wait.
 */
final class Cutoffs {
    private static final long CALM_MS = 1_000;
    private static final long LOOK_MS = 20;
    private static final int MOST_LOOKS = 1_500;

    private final AtomicInteger followers = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    /** Read by followers on all event loops. */
    private volatile long lastAt = System.nanoTime();

    /** When the last one was asked for, as {@link System#nanoTime} tells. */
    long lastAt() {
        return lastAt;
    }

    /** One more follows the feed. */
    void joins() {
        followers.incrementAndGet();
    }

    /** A follower's poll, counted as long as it waits. */
    Future<Reply> waits(Future<Reply> poll) {
        waiting.incrementAndGet();
        return poll.onComplete(done -> waiting.decrementAndGet());
    }

    /** The follower that does it beside its polls. */
    VirtualUser by(FeedPoller poller, Provider provider, InstantIdp idp, Line line, String person) {
        Visit visit = new Visit(provider, idp, line);
        return new VirtualUser() {
            @Override
            public Future<Void> prepare() {
                return visit.signIn(person).compose(tokens -> poller.prepare());
            }

            @Override
            public Future<Long> once() {
                Future<Long> heard = poller.once();
                return visit.signIn(person)
                        .compose(tokens -> allWait(MOST_LOOKS)
                                .compose(v -> pause(CALM_MS))
                                .compose(v -> {
                                    String form = "token=" + tokens.member("access_token");
                                    lastAt = System.nanoTime();
                                    return line.send(Requests.form(
                                            provider, provider.paths().revoke(), provider.web(), form));
                                }))
                        .map(reply -> reply.require(200))
                        .compose(done -> heard);
            }
        };
    }

    private Future<Void> allWait(int looks) {
        if (waiting.get() == followers.get()) {
            return Future.succeededFuture();
        }
        return looks == 0
                ? Future.failedFuture(new Reply.Unexpected("not all followers wait at the same time"))
                : pause(LOOK_MS).compose(v -> allWait(looks - 1));
    }

    private static Future<Void> pause(long millis) {
        Promise<Void> over = Promise.promise();
        Vertx.currentContext().owner().setTimer(millis, id -> over.complete());
        return over.future();
    }
}
