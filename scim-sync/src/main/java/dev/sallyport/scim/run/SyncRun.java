package dev.sallyport.scim.run;

import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One run, as its history shows it.
 *
 * @param complete whether absence followed from what was read; empty while reading
 * @param reason why it was not complete, is held or failed; else empty
 * @param requestedBy who asked for it; {@code schedule} if the clock did
 * @param releasedBy who released its held removals
 */
public record SyncRun(
        UUID id,
        RunMode mode,
        boolean dryRun,
        RunState state,
        Optional<Boolean> complete,
        String reason,
        String requestedBy,
        Optional<String> releasedBy,
        Counts counts,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt) {
    static final String COLUMNS = """
            id, mode, dry_run, state, complete, reason, requested_by, released_by, found, admitted, updated, unchanged, suspected, removed,
            held, skipped, created_at, started_at, finished_at""";

    /** How many people: found in the directory, and what became of them. In a dry run: what would become of them. */
    public record Counts(
            int found, int admitted, int updated, int unchanged, int suspected, int removed, int held, int skipped) {}

    static SyncRun of(Row row) {
        return new SyncRun(
                row.getUUID("id"),
                RunMode.of(row.getString("mode")).orElseThrow(),
                row.getBoolean("dry_run"),
                RunState.of(row.getString("state")),
                Optional.ofNullable(row.getBoolean("complete")),
                Optional.ofNullable(row.getString("reason")).orElse(""),
                row.getString("requested_by"),
                Optional.ofNullable(row.getString("released_by")),
                new Counts(
                        row.getInteger("found"),
                        row.getInteger("admitted"),
                        row.getInteger("updated"),
                        row.getInteger("unchanged"),
                        row.getInteger("suspected"),
                        row.getInteger("removed"),
                        row.getInteger("held"),
                        row.getInteger("skipped")),
                row.getOffsetDateTime("created_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("started_at")).map(time -> time.toInstant()),
                Optional.ofNullable(row.getOffsetDateTime("finished_at")).map(time -> time.toInstant()));
    }

    /** As the admin API shows it. */
    public JsonObject json() {
        return new JsonObject()
                .put("id", id.toString())
                .put("mode", mode.word())
                .put("dry_run", dryRun)
                .put("state", state.word())
                .put("complete", complete.orElse(null))
                .put("reason", reason)
                .put("requested_by", requestedBy)
                .put("released_by", releasedBy.orElse(null))
                .put("found", counts.found())
                .put("admitted", counts.admitted())
                .put("updated", counts.updated())
                .put("unchanged", counts.unchanged())
                .put("suspected", counts.suspected())
                .put("removed", counts.removed())
                .put("held", counts.held())
                .put("skipped", counts.skipped())
                .put("created_at", createdAt.toString())
                .put("started_at", startedAt.map(Instant::toString).orElse(null))
                .put("finished_at", finishedAt.map(Instant::toString).orElse(null));
    }
}
