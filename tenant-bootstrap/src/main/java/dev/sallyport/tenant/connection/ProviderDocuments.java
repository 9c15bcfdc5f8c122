package dev.sallyport.tenant.connection;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table {@code provider_documents}. */
public final class ProviderDocuments implements Shelf {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderDocuments.class);

    private static final String SOON = """
            UPDATE jobs SET due_at = now() WHERE tenant_id = $1 AND kind = 'provider_watch' AND due_at > now()""";
    private static final String FIND = """
            SELECT document, extract(epoch FROM now() - read_at)::bigint AS age FROM provider_documents
            WHERE tenant_id = $1 AND connection_id = $2 AND issuer = $3""";
    private static final String PUT = """
            INSERT INTO provider_documents (tenant_id, connection_id, issuer, document)
            SELECT $1, $2, $3, $4 FROM connections WHERE tenant_id = $1 AND id = $2
            ON CONFLICT (tenant_id, connection_id) DO UPDATE SET issuer = $3, document = $4, read_at = now()""";

    private final Database database;

    public ProviderDocuments(Database database) {
        this.database = database;
    }

    @Override
    public Future<Optional<Kept>> find(TenantId tenant, Connection connection) {
        return database.tenants()
                .query(tenant, FIND, Tuple.of(tenant.value(), connection.id().value(), connection.issuer()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        return Optional.empty();
                    }
                    Row row = rows.iterator().next();
                    return Optional.of(new Kept(
                            row.getJsonObject("document"), Duration.ofSeconds(Math.max(0, row.getLong("age")))));
                });
    }

    /** A connection that is only about to be made has no row yet, and nothing is kept of it. */
    @Override
    public Future<Void> put(TenantId tenant, Connection connection, JsonObject document) {
        Tuple row = Tuple.of(tenant.value(), connection.id().value(), connection.issuer(), document);
        return database.tenants().query(tenant, PUT, row).mapEmpty();
    }

    @Override
    public void suspect(TenantId tenant) {
        database.platform(SOON, Tuple.of(tenant.value()))
                .onFailure(e -> LOG.debug("the providers of {} are looked at later: {}", tenant, e.getMessage()));
    }
}
