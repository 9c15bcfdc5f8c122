package dev.sallyport.scim.push;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was refused to those who push, so that their administrators can be told what to do: how often, when last, and in a word why. Nothing
 * of the request is kept, and a node notes the same refusal at most every few seconds, so that nobody can fill or slow anything by being
 * refused.
 */
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final Set<String> RESOURCES =
            Set.of("Users", "Groups", "ServiceProviderConfig", "ResourceTypes", "Schemas");

    private static final String NOTE = """
            INSERT INTO scim_refusals (tenant_id, operation, status, cause) VALUES ($1, $2, $3, $4)
            ON CONFLICT (tenant_id, operation, status, cause)
            DO UPDATE SET times = scim_refusals.times + 1, last_at = now()""";
    private static final String LATEST = """
            SELECT operation, status, cause, times, last_at FROM scim_refusals
            WHERE tenant_id = $1 AND last_at > now() - interval '7 days' ORDER BY last_at DESC LIMIT 10""";

    /**
     * A way of being refused.
     *
     * @param operation such as {@code PATCH Users}
     * @param cause a {@code scimType} or a finer word; may be empty
     * @param times how often at least
     */
    public record Refusal(String operation, int status, String cause, long times, Instant lastAt) {}

    private record Key(TenantId tenant, String operation, int status, String cause) {}

    private final Database database;
    private final Cache<Key, Boolean> noted =
            Caffeine.newBuilder().expireAfterWrite(PAUSE).maximumSize(10_000).build();

    public Refusals(Database database) {
        this.database = database;
    }

    /** Notes one; what goes wrong with that is not the client's concern. */
    void note(TenantId tenant, String method, String resource, int status, String cause) {
        String operation = (METHODS.contains(method) ? method : "another method")
                + (RESOURCES.contains(resource) ? " " + resource : "");
        Key key = new Key(tenant, operation, status, cause);
        if (noted.asMap().putIfAbsent(key, true) == null) {
            database.tenants()
                    .query(tenant, NOTE, Tuple.of(tenant.value(), operation, status, cause))
                    .onFailure(e -> LOG.warn("a refusal was not noted: {}", e.toString()));
        }
    }

    /** Those of the last seven days, the latest first, ten at most. */
    public Future<List<Refusal>> latest(TenantId tenant) {
        return database.tenants()
                .query(tenant, LATEST, Tuple.of(tenant.value()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(Refusals::refusal)
                        .toList());
    }

    private static Refusal refusal(Row row) {
        return new Refusal(
                row.getString("operation"),
                row.getInteger("status"),
                row.getString("cause"),
                row.getLong("times"),
                row.getOffsetDateTime("last_at").toInstant());
    }
}
