package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
import dev.sallyport.bench.load.Reply;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Provider;
import io.vertx.core.Future;

/** A chain of refresh tokens of one's own: each is used once and gives the next (RFC 6749 §6). */
final class Refreshes implements VirtualUser {
    private final Provider provider;
    private final InstantIdp idp;
    private final Line line;
    private final String person;
    private String token = "";

    Refreshes(Provider provider, InstantIdp idp, Line line, String person) {
        this.provider = provider;
        this.idp = idp;
        this.line = line;
        this.person = person;
    }

    @Override
    public Future<Void> prepare() {
        return new Visit(provider, idp, line).signIn(person).map(this::keep);
    }

    @Override
    public Future<Long> once() {
        return VirtualUser.timed(() -> line.send(Requests.form(
                        provider,
                        provider.paths().token(),
                        provider.web(),
                        "grant_type=refresh_token&refresh_token=" + token))
                .map(reply -> keep(reply.require(200))));
    }

    private Void keep(Reply reply) {
        String next = reply.member("refresh_token");
        if (next.equals(token)) {
            throw new Reply.Unexpected("the refresh token was not rotated");
        }
        token = next;
        return null;
    }
}
