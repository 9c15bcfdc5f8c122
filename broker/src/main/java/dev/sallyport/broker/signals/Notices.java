package dev.sallyport.broker.signals;

import dev.sallyport.broker.session.SessionEnd;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** How far each notice got, for operators; and another chance for one that was given up. */
public final class Notices {
    private final Database database;

    public Notices(Database database) {
        this.database = database;
    }

    /**
     * A notice as an operator sees it.
     *
     * @param offboarding the receipt that it stands on, if it is about a departure
     * @param nextAttemptAt empty if there will be none
     */
    public record State(
            UUID id,
            String kind,
            Optional<String> application,
            Optional<UUID> session,
            Optional<UUID> offboarding,
            String target,
            String state,
            int attempts,
            Optional<String> lastAnswer,
            Instant createdAt,
            Optional<Instant> nextAttemptAt,
            Optional<Instant> deliveredAt) {
        private static State of(Row row) {
            String state = row.getString("state");
            boolean waits = state.equals("pending") || state.equals("failed");
            return new State(
                    row.getUUID("id"),
                    row.getString("kind"),
                    Optional.ofNullable(row.getString("client_id")),
                    Optional.ofNullable(row.getUUID("session_id")),
                    Optional.ofNullable(row.getUUID("offboarding_id")),
                    row.getString("target"),
                    state,
                    row.getInteger("attempts"),
                    Optional.ofNullable(row.getString("last_answer")),
                    row.getOffsetDateTime("created_at").toInstant(),
                    Optional.of(row.getOffsetDateTime("next_attempt_at"))
                            .filter(t -> waits)
                            .map(t -> t.toInstant()),
                    Optional.ofNullable(row.getOffsetDateTime("delivered_at")).map(t -> t.toInstant()));
        }
    }

    /**
     * Notices in the order of their ids.
     *
     * @param after the last id of the page before
     * @param state empty for all
     * @param application empty for all
     */
    public Future<List<State>> list(
            TenantId tenant, UUID after, Optional<String> state, Optional<String> application, int limit) {
        return database.tenants()
                .query(
                        tenant,
                        """
                        SELECT * FROM outbox WHERE id > $1 AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR client_id = $3)
                        ORDER BY id LIMIT $4""",
                        Tuple.from(Arrays.asList(after, state.orElse(null), application.orElse(null), limit)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(State::of)
                        .toList());
    }

    /** One notice. */
    public Future<Optional<State>> find(TenantId tenant, UUID id) {
        return database.tenants()
                .query(tenant, "SELECT * FROM outbox WHERE id = $1", Tuple.of(id))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(State::of)
                        .findFirst());
    }

    /** Makes a notice due now, with all its attempts before it again. False if there is none that waits or was given up. */
    public Future<Boolean> retry(TenantId tenant, UUID id, String actor) {
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery("""
                        UPDATE outbox SET state = 'pending', attempts = 0, next_attempt_at = now() WHERE id = $1 AND state IN ('failed', 'dead')""")
                .execute(Tuple.of(id))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : SessionEnd.wakeOutbox(tx, tenant)
                                .compose(v -> AuditTrail.append(
                                        tx, tenant, AuditEvent.of(actor, "notice.retried", "notice:" + id)))
                                .map(true)));
    }
}
