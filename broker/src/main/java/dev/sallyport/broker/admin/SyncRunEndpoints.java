package dev.sallyport.broker.admin;

import dev.sallyport.scim.run.RunMode;
import dev.sallyport.scim.run.SyncRun;
import dev.sallyport.scim.run.SyncRuns;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** {@code …/sync-runs}: reading the directory, and what came of it. */
final class SyncRunEndpoints implements Endpoint.Family {
    private static final String FINDINGS = """
            SELECT id, action, resource_id, user_id, label, reason, state, detail, done_at FROM sync_findings
            WHERE tenant_id = $1 AND run_id = $2 AND ($3::uuid IS NULL OR id > $3::uuid) AND ($4::text IS NULL OR action = $4)
            ORDER BY id LIMIT $5""";

    private final AdminParts parts;
    private final SyncRuns runs;

    SyncRunEndpoints(AdminParts parts) {
        this.parts = parts;
        this.runs = parts.syncRuns();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "startSyncRun", this::start,
                "listSyncRuns", this::list,
                "getSyncRun", this::get,
                "releaseSyncRun", this::release);
    }

    private Future<Answer> start(Call call) {
        JsonObject body = call.body();
        RunMode mode = RunMode.of(body.getString("mode")).orElseThrow();
        return runs.queue(call.tenantId(), mode, body.getBoolean("dry_run", false), call.actor())
                .map(run -> Answer.accepted(json(run))
                        .with(
                                "Location",
                                parts.publicUrl() + "/admin/v1/tenants/"
                                        + call.tenant().slug() + "/sync-runs/" + run.id()));
    }

    private Future<Answer> list(Call call) {
        return runs.list(call.tenantId(), call.cursorId(), call.limit() + 1)
                .map(found -> Answer.ok(Listing.page(found, call.limit(), SyncRunEndpoints::json, run -> run.id()
                        .toString())));
    }

    private Future<Answer> get(Call call) {
        return runs.find(call.tenantId(), call.id()).map(Call::found).compose(run -> findings(call)
                .map(found -> Answer.ok(json(run).put("findings", page(found, call.limit())))));
    }

    private Future<Answer> release(Call call) {
        return runs.release(call.tenantId(), call.id(), call.actor()).map(run -> Answer.accepted(json(run)));
    }

    private Future<List<Row>> findings(Call call) {
        Tuple arguments = Tuple.from(Arrays.asList(
                call.tenantId().value(),
                call.id(),
                call.cursorId().orElse(null),
                call.query("action").orElse(null),
                call.limit() + 1));
        return parts.database()
                .tenants()
                .query(call.tenantId(), FINDINGS, arguments)
                .map(rows -> StreamSupport.stream(rows.spliterator(), false).toList());
    }

    private static JsonObject page(List<Row> found, int limit) {
        return Listing.page(found, limit, SyncRunEndpoints::finding, row -> row.getUUID("id")
                .toString());
    }

    private static JsonObject finding(Row row) {
        UUID user = row.getUUID("user_id");
        return new JsonObject()
                .put("id", row.getUUID("id").toString())
                .put("action", row.getString("action"))
                .put("resource_id", row.getString("resource_id"))
                .put("user", user == null ? null : user.toString())
                .put("label", row.getString("label"))
                .put("reason", row.getString("reason"))
                .put("state", row.getString("state"))
                .put("detail", row.getString("detail"))
                .put("done_at", Times.text(row.getOffsetDateTime("done_at")));
    }

    private static JsonObject json(SyncRun run) {
        SyncRun.Counts counts = run.counts();
        return new JsonObject()
                .put("id", run.id().toString())
                .put("mode", run.mode().word())
                .put("dry_run", run.dryRun())
                .put("state", run.state().word())
                .put("complete", run.complete().orElse(null))
                .put(
                        "reason",
                        Optional.of(run.reason()).filter(r -> !r.isEmpty()).orElse(null))
                .put(
                        "counts",
                        new JsonObject()
                                .put("found", counts.found())
                                .put("admitted", counts.admitted())
                                .put("updated", counts.updated())
                                .put("unchanged", counts.unchanged())
                                .put("suspected", counts.suspected())
                                .put("removed", counts.removed())
                                .put("held", counts.held())
                                .put("skipped", counts.skipped()))
                .put("requested_by", run.requestedBy())
                .put("released_by", run.releasedBy().orElse(null))
                .put("created_at", Times.text(run.createdAt()))
                .put("started_at", Times.text(run.startedAt()))
                .put("finished_at", Times.text(run.finishedAt()));
    }
}
