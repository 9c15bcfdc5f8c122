package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Provider;
import io.vertx.core.Future;

/** A browser with a session: each time a code from the authorization endpoint, which is not timed, and its exchange, which is. */
final class Codes implements VirtualUser {
    private final Visit visit;
    private final String person;

    Codes(Provider provider, InstantIdp idp, Line line, String person) {
        this.visit = new Visit(provider, idp, line);
        this.person = person;
    }

    @Override
    public Future<Void> prepare() {
        return visit.signIn(person).mapEmpty();
    }

    @Override
    public Future<Long> once() {
        return visit.code(person).compose(code -> VirtualUser.timed(() -> visit.redeem(code)));
    }
}
