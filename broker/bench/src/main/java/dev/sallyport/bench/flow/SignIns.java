package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Provider;
import io.vertx.core.Future;

/** People who sign in, each time in a new browser: always the same few, or somebody new each time. */
final class SignIns implements VirtualUser {
    private static final int PEOPLE_EACH = 4;

    private final Provider provider;
    private final InstantIdp idp;
    private final Line line;
    private final String name;
    private final boolean known;
    private int done;

    /**
     * The people of one virtual user.
     *
     * @param name the beginning of their names; a name that was never used before makes them new
     */
    SignIns(Provider provider, InstantIdp idp, Line line, String name, boolean known) {
        this.provider = provider;
        this.idp = idp;
        this.line = line;
        this.name = name;
        this.known = known;
    }

    /** Those who shall be known sign in a first time. */
    @Override
    public Future<Void> prepare() {
        Future<Void> all = Future.succeededFuture();
        for (int i = 0; known && i < PEOPLE_EACH; i++) {
            all = all.compose(v -> signIn()).mapEmpty();
        }
        return all;
    }

    @Override
    public Future<Long> once() {
        return VirtualUser.timed(this::signIn);
    }

    private Future<?> signIn() {
        String person = name + "-" + (known ? done % PEOPLE_EACH : done);
        done++;
        return new Visit(provider, idp, line).signIn(person);
    }
}
