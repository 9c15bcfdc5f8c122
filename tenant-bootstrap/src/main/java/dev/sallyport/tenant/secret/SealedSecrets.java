package dev.sallyport.tenant.secret;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Secrets that must be read back: sealed with the tenant's data key, which the master key wraps. What is sealed for one tenant, row or
 * column opens for no other.
 */
public final class SealedSecrets {
    private final Database database;
    private final MasterKey master;
    private final Cache<TenantId, byte[]> wrapped;

    public SealedSecrets(Database database, MasterKey master) {
        this.database = database;
        this.master = master;
        this.wrapped = Caffeine.newBuilder()
                .maximumSize(20_000)
                .expireAfterWrite(Duration.ofMinutes(1))
                .build();
    }

    /** A wrapped data key for a tenant that is being created. */
    public byte[] newDataKey(TenantId tenant) {
        return master.newDataKey(tenant);
    }

    /**
     * Seals.
     *
     * @param row what the secret belongs to, such as {@code connections/{id}/client_secret}
     */
    public Future<byte[]> seal(TenantId tenant, String row, byte[] plain) {
        return dataKey(tenant).map(key -> Aead.seal(key, (byte) 1, tenant + "/" + row, plain));
    }

    /** Seals a text. */
    public Future<byte[]> seal(TenantId tenant, String row, String plain) {
        return seal(tenant, row, plain.getBytes(StandardCharsets.UTF_8));
    }

    /** Seals at once, for one tenant. */
    @FunctionalInterface
    public interface Sealer {
        byte[] seal(String row, String plain);
    }

    /** What seals within a transaction, where nothing else may be asked of the database; for use in the request that it was got for. */
    public Future<Sealer> sealer(TenantId tenant) {
        return dataKey(tenant)
                .map(key -> (row, plain) ->
                        Aead.seal(key, (byte) 1, tenant + "/" + row, plain.getBytes(StandardCharsets.UTF_8)));
    }

    /** Opens. Fails with {@link Aead.Unreadable} if the row, the tenant or the master key is another one. */
    public Future<byte[]> open(TenantId tenant, String row, byte[] sealed) {
        return dataKey(tenant).map(key -> Aead.open(key, tenant + "/" + row, sealed));
    }

    /** Opens a text. */
    public Future<String> openText(TenantId tenant, String row, byte[] sealed) {
        return open(tenant, row, sealed).map(plain -> new String(plain, StandardCharsets.UTF_8));
    }

    /** Whether the master key opens the data keys that are stored; empty if it does or there are none yet, else what is wrong. */
    public Future<Optional<String>> check() {
        return database.platform(
                        "SELECT id, slug, data_key FROM tenants ORDER BY created_at DESC LIMIT 100", Tuple.tuple())
                .map(rows -> {
                    for (Row row : rows) {
                        TenantId tenant = new TenantId(row.getUUID("id"));
                        try {
                            master.unwrap(tenant, row.getBuffer("data_key").getBytes());
                        } catch (Aead.Unreadable e) {
                            return Optional.of("SALLYPORT_MASTER_KEY is not the key that wrapped the secrets of tenant "
                                    + row.getString("slug"));
                        }
                    }
                    return Optional.empty();
                });
    }

    /** The key is kept wrapped, as it lies in the database, and is opened for each use. */
    private Future<byte[]> dataKey(TenantId tenant) {
        byte[] kept = wrapped.getIfPresent(tenant);
        if (kept != null) {
            return Future.succeededFuture(master.unwrap(tenant, kept));
        }
        return database.platform("SELECT data_key FROM tenants WHERE id = $1", Tuple.of(tenant.value()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw new IllegalStateException("no such tenant: " + tenant);
                    }
                    byte[] read = rows.iterator().next().getBuffer("data_key").getBytes();
                    wrapped.put(tenant, read);
                    return master.unwrap(tenant, read);
                });
    }
}
