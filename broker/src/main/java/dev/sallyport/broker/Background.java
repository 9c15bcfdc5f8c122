package dev.sallyport.broker;

import dev.sallyport.tenant.alarm.ExpiryWatch;
import dev.sallyport.tenant.connection.Succession;
import dev.sallyport.tenant.domain.DomainWatch;
import io.vertx.core.Future;

/** What a node does besides answering. */
final class Background {
    private final Parts parts;
    private final Housekeeping housekeeping;
    private final DomainWatch domainWatch;

    Background(Parts parts) {
        this.parts = parts;
        this.domainWatch = new DomainWatch(parts.vertx, parts.database, parts.domains);
        this.housekeeping = new Housekeeping(
                parts.vertx,
                parts.database,
                parts.keyRotation,
                parts.grants,
                new ExpiryWatch(parts.database),
                new Succession(parts.database, parts.cache, parts.connections));
    }

    void start() {
        parts.outbox.start();
        housekeeping.start();
        parts.syncWorker.start();
        parts.auditChain.start();
        parts.importWorker.start();
        parts.keyUses.start();
        parts.providerWatch.start();
        domainWatch.start();
    }

    Future<Void> stop() {
        parts.outbox.stop();
        housekeeping.stop();
        parts.auditChain.stop();
        parts.importWorker.stop();
        parts.providerWatch.stop();
        domainWatch.stop();
        return parts.syncWorker.stop();
    }
}
