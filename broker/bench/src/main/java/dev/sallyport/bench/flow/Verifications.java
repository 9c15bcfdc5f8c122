package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Provider;
import dev.sallyport.verifier.SallyportVerifier;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/**
 * An API that checks the access tokens of the people who call it, each call another person's. Nobody is asked for anything: what is
 * measured is computed in this process.
 */
final class Verifications implements VirtualUser {
    private static final int PEOPLE = 8;

    private final SallyportVerifier verifier;
    private final Provider provider;
    private final InstantIdp idp;
    private final Line line;
    private final String name;
    private final List<String> tokens = new ArrayList<>();
    private int next;

    Verifications(SallyportVerifier verifier, Provider provider, InstantIdp idp, Line line, String name) {
        this.verifier = verifier;
        this.provider = provider;
        this.idp = idp;
        this.line = line;
        this.name = name;
    }

    /** Everybody signs in, and the verifier meets the tenant. */
    @Override
    public Future<Void> prepare() {
        Future<Void> all = Future.succeededFuture();
        for (int i = 0; i < PEOPLE; i++) {
            String person = name + "-" + i;
            all = all.compose(v -> new Visit(provider, idp, line).signIn(person))
                    .map(answer -> {
                        tokens.add(answer.member("access_token"));
                        return null;
                    });
        }
        return all.compose(v -> once()).mapEmpty();
    }

    @Override
    public Future<Long> once() {
        String token = tokens.get(next);
        next = (next + 1) % PEOPLE;
        return VirtualUser.timed(() -> Future.fromCompletionStage(verifier.verifyAsync(token)));
    }
}
