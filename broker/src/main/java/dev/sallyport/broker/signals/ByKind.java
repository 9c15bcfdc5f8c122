package dev.sallyport.broker.signals;

import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import java.util.Map;

/**
 * Delivers each kind of notice its own way.
 *
 * @param ways by kind
 */
public record ByKind(Map<String, Outbox.Delivery> ways) implements Outbox.Delivery {
    @Override
    public Future<String> deliver(Tenant tenant, Notice notice) {
        Outbox.Delivery way = ways.get(notice.kind());
        return way == null ? Future.failedFuture("nobody delivers it") : way.deliver(tenant, notice);
    }
}
