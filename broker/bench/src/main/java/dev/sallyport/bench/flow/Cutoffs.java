package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Provider;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

/** Makes something for the pollers of one tenant to hear: about once in a second the application revokes an access token (RFC 7009). */
final class Cutoffs {
    private static final long BETWEEN_MS = 1_000;

    /** Read by pollers on all event loops. */
    private volatile long lastAt = System.nanoTime();

    /** When the last one was asked for, as {@link System#nanoTime} tells. */
    long lastAt() {
        return lastAt;
    }

    /** The poller that does it beside its polls. */
    VirtualUser by(FeedPoller poller, Provider provider, InstantIdp idp, Line line, String path, String person) {
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
                        .compose(tokens -> pause().map(tokens))
                        .compose(tokens -> {
                            String form = "token=" + tokens.member("access_token");
                            lastAt = System.nanoTime();
                            return line.send(Requests.form(provider, path, provider.web(), form));
                        })
                        .map(reply -> reply.require(200))
                        .compose(done -> heard);
            }
        };
    }

    private static Future<Void> pause() {
        Promise<Void> over = Promise.promise();
        Vertx.currentContext().owner().setTimer(BETWEEN_MS, id -> over.complete());
        return over.future();
    }
}
