package dev.sallyport.broker.bulk;

import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.roles.GrantAuthority;
import dev.sallyport.roles.Permission;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.Uuids;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies approved imports, whichever node gets to it. A batch is one transaction and each row remembers that it was applied, so that any
 * node may go on after any crash. The approver must still be somebody who may decide this when the work begins or goes on (F16).
 */
public final class ImportWorker {
    private static final Logger LOG = LoggerFactory.getLogger(ImportWorker.class);
    private static final long LOOK_MILLIS = 300;
    private static final int AT_ONCE = 2;
    private static final int MOST_ATTEMPTS = 10;
    private static final String USER = "user:";

    private static final String CLAIM = """
            UPDATE jobs SET lease_until = now() + interval '60 seconds', fence = fence + 1, attempts = attempts + 1
            WHERE (tenant_id, kind, key) IN (SELECT tenant_id, kind, key FROM jobs
              WHERE kind = 'import' AND due_at <= now() AND (lease_until IS NULL OR lease_until < now())
              ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING tenant_id, key, attempts""";
    private static final String AGAIN = """
            UPDATE jobs SET lease_until = NULL, due_at = now() + interval '5 seconds', last_error = left($3, 200)
            WHERE tenant_id = $1 AND kind = 'import' AND key = $2""";
    private static final String APPROVAL = """
            SELECT decided_by, connection_id FROM imports WHERE tenant_id = $1 AND id = $2 AND status = 'applying'""";

    private final Vertx vertx;
    private final Database database;
    private final Imports imports;
    private final PersonAccess access;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile long timer = -1;

    public ImportWorker(Vertx vertx, Database database, Imports imports, PersonAccess access) {
        this.vertx = vertx;
        this.database = database;
        this.imports = imports;
        this.access = access;
    }

    /** Begins to look for approved imports. */
    public void start() {
        timer = vertx.setPeriodic(LOOK_MILLIS, id -> {
            if (busy.compareAndSet(false, true)) {
                work().onFailure(e -> LOG.debug("imports cannot be looked for: {}", e.getMessage()))
                        .onComplete(done -> busy.set(false));
            }
        });
    }

    /** Stops looking; the batch that is under way ends by itself. */
    public void stop() {
        vertx.cancelTimer(timer);
    }

    private Future<Void> work() {
        return database.platform(CLAIM, Tuple.of(AT_ONCE)).compose(rows -> {
            List<Future<Void>> all = new ArrayList<>();
            for (Row row : rows) {
                TenantId tenant = new TenantId(row.getUUID("tenant_id"));
                UUID id = UUID.fromString(row.getString("key"));
                all.add(apply(tenant, id, row.getInteger("attempts")));
            }
            return Future.join(all).<Void>mapEmpty();
        });
    }

    private Future<Void> apply(TenantId tenant, UUID id, int attempts) {
        ImportBatch batch = new ImportBatch(database, imports, tenant, id);
        return vouched(tenant, id)
                .compose(vouched -> {
                    if (vouched.isEmpty()) {
                        return batch.giveUp("approver_gone");
                    }
                    return toTheEnd(batch, vouched.get());
                })
                .recover(failure -> {
                    LOG.warn("import {} of tenant {} waits for the next attempt", id, tenant, failure);
                    return attempts >= MOST_ATTEMPTS
                            ? batch.giveUp("too_many_attempts")
                            : database.platform(AGAIN, Tuple.of(tenant.value(), id.toString(), failure.toString()))
                                    .mapEmpty();
                });
    }

    private static Future<Void> toTheEnd(ImportBatch batch, String approver) {
        return batch.run(approver).compose(more -> more ? toTheEnd(batch, approver) : Future.succeededFuture());
    }

    /** Who approved it, if they still may. */
    private Future<Optional<String>> vouched(TenantId tenant, UUID id) {
        return Future.all(imports.rules(tenant), access.rules(tenant)).compose(both -> {
            Imports.Rules rules = both.resultAt(0);
            PersonAccess.Rules judged = both.resultAt(1);
            return database.tenants().transaction(tenant, tx -> tx.preparedQuery(APPROVAL)
                    .execute(Tuple.of(tenant.value(), id))
                    .compose(rows -> {
                        if (rows.size() == 0) {
                            return Future.succeededFuture(Optional.empty());
                        }
                        Row row = rows.iterator().next();
                        String approver = row.getString("decided_by");
                        return authority(tx, judged, approver).compose(authority -> Imports.toApply(tx, tenant, id)
                                .map(people -> holds(authority, people, row, rules, approver)));
                    }));
        });
    }

    private Optional<String> holds(
            Optional<GrantAuthority> authority, List<PersonRow> people, Row row, Imports.Rules rules, String approver) {
        if (authority.isEmpty()) {
            return Optional.empty();
        }
        try {
            imports.refuseIfBeyond(
                    people,
                    new ConnectionId(row.getUUID("connection_id")),
                    rules,
                    new Imports.Decider(approver, authority.get()));
            return Optional.of(approver);
        } catch (ImportRefused beyond) {
            return Optional.empty();
        }
    }

    private Future<Optional<GrantAuthority>> authority(SqlConnection tx, PersonAccess.Rules rules, String approver) {
        if (approver.equals("operator")) {
            return Future.succeededFuture(Optional.of(GrantAuthority.operator()));
        }
        Optional<UserId> user = approver.startsWith(USER)
                ? Uuids.parse(approver.substring(USER.length())).map(UserId::new)
                : Optional.empty();
        if (user.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        return tx.preparedQuery("SELECT 1 AS one FROM users WHERE id = $1 AND status = 'active'")
                .execute(Tuple.of(user.get().value()))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(Optional.empty())
                        : access.of(tx, rules, user.get())
                                .map(held -> held.holds(Permission.TENANT_ADMIN)
                                        ? Optional.of(GrantAuthority.holding(held.permissions()))
                                        : Optional.empty()));
    }
}
