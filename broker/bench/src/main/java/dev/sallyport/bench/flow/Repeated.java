package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
import dev.sallyport.bench.load.Reply;
import dev.sallyport.bench.load.VirtualUser;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One and the same request each time. */
final class Repeated implements VirtualUser {
    private final Line line;
    private final Supplier<Future<Buffer>> first;
    private final Consumer<Reply> check;
    private Buffer request = Buffer.buffer();

    /**
     * Asks for the request once.
     *
     * @param check fails when an answer with status 200 is not the wanted one
     */
    Repeated(Line line, Supplier<Future<Buffer>> first, Consumer<Reply> check) {
        this.line = line;
        this.first = first;
        this.check = check;
    }

    @Override
    public Future<Void> prepare() {
        return first.get()
                .onSuccess(made -> request = made)
                .compose(made -> once())
                .mapEmpty();
    }

    @Override
    public Future<Long> once() {
        return VirtualUser.timed(() -> line.send(request).map(reply -> {
            check.accept(reply.require(200));
            return null;
        }));
    }
}
