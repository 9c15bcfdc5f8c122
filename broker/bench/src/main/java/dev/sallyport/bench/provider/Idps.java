package dev.sallyport.bench.provider;

import dev.sallyport.demo.FreePort;
import io.vertx.core.Vertx;
import java.util.Set;

/**
 * The identity providers of a run.
 *
 * @param honest where people sign in
 * @param stalling never answers who brings a code
 * @param bombing answers them with bombs
 */
public record Idps(InstantIdp honest, InstantIdp stalling, InstantIdp bombing) implements AutoCloseable {

    /** Starts all. */
    public static Idps start(Vertx vertx) {
        return new Idps(
                InstantIdp.start(vertx, FreePort.any()),
                InstantIdp.start(vertx, FreePort.any(), InstantIdp.Manner.STALLS),
                InstantIdp.start(vertx, FreePort.any(), InstantIdp.Manner.BOMBS));
    }

    /** Host and port of each. */
    public Set<String> authorities() {
        return Set.of(honest.authority(), stalling.authority(), bombing.authority());
    }

    @Override
    public void close() {
        honest.close();
        stalling.close();
        bombing.close();
    }
}
