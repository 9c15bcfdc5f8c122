package dev.sallyport.scim.run;

import dev.sallyport.database.Database;
import dev.sallyport.database.DatabaseUnavailable;
import dev.sallyport.scim.directory.Cause;
import dev.sallyport.scim.directory.Directory;
import dev.sallyport.scim.directory.DirectoryAccounts;
import dev.sallyport.scim.directory.DirectoryPeople;
import dev.sallyport.scim.directory.DirectoryPerson;
import dev.sallyport.scim.directory.DirectoryRefused;
import dev.sallyport.scim.directory.DirectorySource;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what was written down, each person in a transaction of their own. A finding that is done says so in the database, so whoever
 * goes on after a crash does the rest; what was under way at that moment is done again and has its effect once.
 */
final class Applying {
    private static final Logger LOG = LoggerFactory.getLogger(Applying.class);

    /** Removals come first: they set user names free. */
    private static final List<String> PHASES = List.of("remove,hold", "update", "admit");

    private static final String NEXT = "SELECT " + SyncFinding.COLUMNS + " " + """
            FROM sync_findings
            WHERE tenant_id = $1 AND run_id = $2 AND state = 'planned' AND action = ANY ($3::text[]) ORDER BY id LIMIT $4""";

    private static final String ENTRY = """
            SELECT resource_id, resource, encode(fingerprint, 'hex') AS fingerprint FROM sync_entries
            WHERE tenant_id = $1 AND run_id = $2 AND resource_id = $3""";

    private static final String END = """
            UPDATE sync_findings SET state = $4, detail = coalesce($5::text, detail), user_id = coalesce($6::uuid, user_id), done_at = now()
            WHERE tenant_id = $1 AND run_id = $2 AND id = $3""";

    private final Database database;
    private final DirectoryPeople people;
    private final Directory directory;
    private final RunRow run;
    private final SyncSettings settings;
    private final BooleanSupplier mayGoOn;

    Applying(
            Database database,
            DirectoryPeople people,
            Directory directory,
            RunRow run,
            SyncSettings settings,
            BooleanSupplier mayGoOn) {
        this.database = database;
        this.people = people;
        this.directory = directory;
        this.run = run;
        this.settings = settings;
        this.mayGoOn = mayGoOn;
    }

    /** Does everything that is still planned. Fails with {@link RunRow.LeaseLost} if another node has to go on. */
    Future<Void> apply() {
        Future<Void> done = Future.succeededFuture();
        for (String phase : PHASES) {
            done = done.compose(before -> batches(phase.split(",", -1)));
        }
        return done;
    }

    private Future<Void> batches(String[] actions) {
        return database.tenants()
                .query(run.tenant(), NEXT, Tuple.of(run.tenant().value(), run.id(), actions, settings.batch()))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SyncFinding::of)
                        .toList())
                .compose(findings -> findings.isEmpty()
                        ? Future.succeededFuture()
                        : Together.each(findings, settings.together(), this::one)
                                .compose(done -> batches(actions)));
    }

    private Future<Void> one(SyncFinding finding) {
        if (!mayGoOn.getAsBoolean()) {
            return Future.failedFuture(new RunRow.LeaseLost());
        }
        return act(finding).recover(failure -> failed(finding, failure));
    }

    private Future<Void> act(SyncFinding finding) {
        return switch (finding.action()) {
            case "remove", "hold" -> remove(finding);
            case "update" ->
                person(finding)
                        .compose(person -> people.update(
                                run.tenant(), finding.user().orElseThrow(), person, cause(Cause.DIRECTORY_ACTIVE)))
                        .compose(done -> end(finding, "done", null, null));
            default -> admit(finding);
        };
    }

    private Future<Void> remove(SyncFinding finding) {
        UserId user = finding.user().orElseThrow();
        String evidence = finding.action().equals("hold") ? finding.detail() : finding.reason();
        String code = evidence.equals("inactive") ? Cause.DIRECTORY_INACTIVE : Cause.DIRECTORY_ABSENT;
        return people.remove(run.tenant(), user, cause(code))
                .compose(done -> database.tenants().transaction(run.tenant(), tx -> DirectoryAccounts.vouch(
                                tx, run.tenant(), DirectorySource.PULL, user, false)
                        .compose(withdrawn -> end(tx, finding, "done", null, null))));
    }

    private Future<Void> admit(SyncFinding finding) {
        Future<Void> back = finding.user().isEmpty()
                ? Future.succeededFuture()
                : people.readmit(run.tenant(), finding.user().get(), cause(Cause.DIRECTORY_ACTIVE));
        return back.compose(done -> person(finding))
                .compose(person -> finding.user().isEmpty()
                        ? people.admit(run.tenant(), person, cause(Cause.DIRECTORY_ACTIVE))
                        : people.update(run.tenant(), finding.user().get(), person, cause(Cause.DIRECTORY_ACTIVE))
                                .map(finding.user().get()))
                .compose(user -> end(finding, "done", null, user));
    }

    private Future<DirectoryPerson> person(SyncFinding finding) {
        return database.tenants()
                .query(
                        run.tenant(),
                        ENTRY,
                        Tuple.of(
                                run.tenant().value(),
                                run.id(),
                                finding.resourceId().orElseThrow()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        throw new EntriesLost();
                    }
                    Row row = rows.iterator().next();
                    return Entries.person(row, directory.connection());
                });
    }

    /** One person who cannot be changed is reported and stops nobody else. */
    private Future<Void> failed(SyncFinding finding, Throwable failure) {
        if (failure instanceof DatabaseUnavailable
                || failure instanceof RunRow.LeaseLost
                || failure instanceof EntriesLost) {
            return Future.failedFuture(failure);
        }
        if (failure instanceof DirectoryRefused refused) {
            return end(finding, "failed", refused.reason().word(), null);
        }
        LOG.error("sync run {}: finding {} failed", run.id(), finding.id(), failure);
        return end(finding, "failed", "internal_error", null);
    }

    private Future<Void> end(SyncFinding finding, String state, String detail, UserId user) {
        return database.tenants().transaction(run.tenant(), tx -> end(tx, finding, state, detail, user));
    }

    private Future<Void> end(SqlConnection tx, SyncFinding finding, String state, String detail, UserId user) {
        return run.lock(tx)
                .compose(done -> tx.preparedQuery(END)
                        .execute(Tuple.of(
                                run.tenant().value(),
                                run.id(),
                                finding.id(),
                                state,
                                detail,
                                user == null ? null : user.value())))
                .mapEmpty();
    }

    private Cause cause(String code) {
        String actor = run.run().releasedBy().orElse("sync:" + run.id());
        return new Cause(code, actor, "sync run " + run.id());
    }

    /** The unlogged table of entries did not survive a crash of the database: the run has to read again. */
    static final class EntriesLost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        EntriesLost() {
            super("what was read is gone; the next run reads again", null, false, false);
        }
    }
}
