package dev.sallyport.broker.token;

import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.database.Database;
import dev.sallyport.roles.Access;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What an API key stands for at the moment when somebody presents it: its owner, and what owner and key may both do now. */
public final class PresentedKeys {
    /** Longer texts are not looked at. */
    private static final int MAX_LENGTH = 100;

    private static final String FIND = """
            SELECT k.id, k.scope, k.expires_at, u.id AS owner, group_sources, group_values, direct_grants FROM api_keys k
            JOIN users u ON u.tenant_id = k.tenant_id AND u.id = k.user_id
            """ + PersonAccess.heldBy("u.id") + """
            WHERE k.key_hash = $1 AND k.ended_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
              AND u.status = 'active' AND (u.not_before IS NULL OR k.created_at > u.not_before)
              AND ($2::timestamptz IS NULL OR k.created_at > $2)""";
    /** A key that is being ended or narrowed is waited for, so that nothing is issued past its cut-off. */
    private static final String LOCK = " FOR SHARE OF k";

    private final Database database;
    private final PersonAccess access;
    private final KeyUses uses;

    public PresentedKeys(Database database, PersonAccess access, KeyUses uses) {
        this.database = database;
        this.access = access;
        this.uses = uses;
    }

    /**
     * A key that is good now.
     *
     * @param scope permissions that it is limited to; empty for all that its owner has
     * @param access what its owner may do now
     */
    public record Presented(
            UUID id,
            UserId owner,
            Optional<Instant> expiresAt,
            List<String> scope,
            Access access,
            Catalogue catalogue) {
        public Presented {
            scope = List.copyOf(scope);
        }

        /** Whether its own limit lets a permission through. */
        public boolean lets(String permission) {
            return scope.isEmpty() || scope.contains(permission);
        }

        /** What owner and key may both do now. */
        public Allowance allowance() {
            return Allowance.of(access, catalogue, this::lets);
        }
    }

    /** The key behind a secret, by one statement; empty for one that is not good in this tenant. Its use is noted. */
    public Future<Optional<Presented>> find(Tenant tenant, String secret) {
        if (secret.length() > MAX_LENGTH) {
            return Future.succeededFuture(Optional.empty());
        }
        return access.rules(tenant.id())
                .compose(rules -> database.tenants()
                        .query(tenant.id(), FIND, arguments(tenant, secret))
                        .map(rows -> presented(rules, rows)))
                .onSuccess(found -> found.ifPresent(key -> uses.used(tenant.id(), key.id())));
    }

    /** The same within a transaction that issues something for it; until its end the key stays as it is. */
    public Future<Optional<Presented>> hold(SqlConnection tx, PersonAccess.Rules rules, Tenant tenant, String secret) {
        if (secret.length() > MAX_LENGTH) {
            return Future.succeededFuture(Optional.empty());
        }
        return tx.preparedQuery(FIND + LOCK).execute(arguments(tenant, secret)).map(rows -> presented(rules, rows));
    }

    /** Notes that a key was used. */
    public void used(Tenant tenant, Presented key) {
        uses.used(tenant.id(), key.id());
    }

    private static Tuple arguments(Tenant tenant, String secret) {
        return Tuple.of(
                Buffer.buffer(Bearer.hash(secret)),
                tenant.notBefore().map(t -> t.atOffset(ZoneOffset.UTC)).orElse(null));
    }

    private Optional<Presented> presented(PersonAccess.Rules rules, RowSet<Row> rows) {
        if (rows.size() == 0) {
            return Optional.empty();
        }
        Row key = rows.iterator().next();
        return Optional.of(new Presented(
                key.getUUID("id"),
                new UserId(key.getUUID("owner")),
                Optional.ofNullable(key.getOffsetDateTime("expires_at")).map(t -> t.toInstant()),
                List.of(key.getArrayOfStrings("scope")),
                access.of(rules, key),
                rules.catalogue()));
    }
}
