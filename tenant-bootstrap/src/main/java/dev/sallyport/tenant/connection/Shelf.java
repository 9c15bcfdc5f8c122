package dev.sallyport.tenant.connection;

import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/** Where the nodes keep what providers last said of themselves, so that one of them asks for all. */
public interface Shelf {
    /** Keeps nothing. */
    Shelf NONE = new Shelf() {
        @Override
        public Future<Optional<Kept>> find(TenantId tenant, Connection connection) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<Void> put(TenantId tenant, Connection connection, JsonObject document) {
            return Future.succeededFuture();
        }

        @Override
        public void suspect(TenantId tenant) {}
    };

    /**
     * A document that was good when it was read.
     *
     * @param age how long ago that was, by the database's clock
     */
    record Kept(JsonObject document, Duration age) {}

    /** The last good document of the connection's issuer. */
    Future<Optional<Kept>> find(TenantId tenant, Connection connection);

    /** Keeps a document that was just read and found good. */
    Future<Void> put(TenantId tenant, Connection connection, JsonObject document);

    /** Has a tenant's providers looked at soon: one of them says what it should not. */
    void suspect(TenantId tenant);
}
