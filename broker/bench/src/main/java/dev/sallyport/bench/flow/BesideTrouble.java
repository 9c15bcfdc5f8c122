package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
import dev.sallyport.bench.load.Lines;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Provider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * People who sign in where all is well, each beside somebody who tries to, once a second or as often as they are let go, at a tenant whose
 * provider is a burden. Only the former are counted.
 */
final class BesideTrouble implements VirtualUser.Factory {
    private static final long EVERY_MS = 1_000;

    private final List<Provider> providers;
    private final InstantIdp idp;
    private final String run;
    private final Function<Provider.Troubled, Provider.Sick> which;
    private volatile boolean over;

    BesideTrouble(
            List<Provider> providers, InstantIdp idp, String run, Function<Provider.Troubled, Provider.Sick> which) {
        this.providers = providers;
        this.idp = idp;
        this.run = run;
        this.which = which;
    }

    @Override
    public VirtualUser make(int number, Lines lines) {
        Provider provider = providers.get(number % providers.size());
        String name = run + "-" + number;
        SignIns well = new SignIns(provider, idp, lines.to(provider.address()), name, true);
        Provider.Sick sick = which.apply(provider.troubled().orElseThrow());
        Line line = lines.to(sick.tenant().address());
        return new VirtualUser() {
            @Override
            public Future<Void> prepare() {
                return well.prepare().onSuccess(v -> again(sick, line, name));
            }

            @Override
            public Future<Long> once() {
                return well.once();
            }
        };
    }

    // What becomes of it is not looked at: it does not end well.
    private void again(Provider.Sick sick, Line line, String person) {
        if (over) {
            return;
        }
        long begun = System.nanoTime();
        new Visit(sick.tenant(), sick.idp(), line).code(person).onComplete(done -> {
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            Vertx.currentContext().owner().setTimer(Math.max(1, EVERY_MS - took), id -> again(sick, line, person));
        });
    }

    @Override
    public void close() {
        over = true;
    }
}
