package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
import dev.sallyport.bench.load.Reply;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.Provider;
import io.vertx.core.Future;

/**
 * A verifier that follows the feed of cut-offs. A turn is one long poll; what counts is the time from the moment at which the cut-off was
 * asked for until the poller has it. A poll that comes back without news counts with all the time since the last cut-off.
 */
final class FeedPoller implements VirtualUser {
    /** Longer than the time between two cut-offs should be, and short enough to end soon after the last one. */
    private static final int PATIENCE_SECONDS = 5;

    private final Provider provider;
    private final String path;
    private final Line line;
    private final Cutoffs cutoffs;
    private String known = "";

    FeedPoller(Provider provider, String path, Line line, Cutoffs cutoffs) {
        this.provider = provider;
        this.path = path;
        this.line = line;
        this.cutoffs = cutoffs;
        cutoffs.joins();
    }

    @Override
    public Future<Void> prepare() {
        return line.send(Requests.get(provider, path)).map(reply -> keep(reply.require(200)));
    }

    @Override
    public Future<Long> once() {
        String poll = path + "?wait=" + PATIENCE_SECONDS;
        return cutoffs.waits(line.send(Requests.get(provider, poll, "If-None-Match: " + known)))
                .map(reply -> {
                    long passed = System.nanoTime() - cutoffs.lastAt();
                    keep(reply.status() == 304 ? reply : reply.require(200));
                    return passed;
                });
    }

    private Void keep(Reply reply) {
        known = reply.header("etag").orElseThrow(() -> new Reply.Unexpected("the feed has no entity tag"));
        return null;
    }
}
