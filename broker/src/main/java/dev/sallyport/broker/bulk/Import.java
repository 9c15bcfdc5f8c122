package dev.sallyport.broker.bulk;

import dev.sallyport.tenant.ConnectionId;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One file of people and how far it got.
 *
 * @param status {@code pending_approval}, {@code rejected}, {@code applying}, {@code applied} or {@code failed}
 * @param connection through which these people will sign in
 * @param counts rows by what they come to
 * @param contentSha256 of what was sent, in hex
 */
public record Import(
        UUID id,
        String status,
        Optional<ConnectionId> connection,
        int rows,
        Map<ImportPlan.Step, Integer> counts,
        String contentSha256,
        String requestedBy,
        Optional<String> decidedBy,
        Optional<Instant> decidedAt,
        Optional<Instant> appliedAt,
        Instant createdAt) {
    static final String COLUMNS = """
            i.id, i.status, i.connection_id, i.content_sha256, i.row_count, i.requested_by, i.decided_by, i.decided_at, i.applied_at,
            i.created_at, ARRAY(SELECT r.plan FROM import_rows r WHERE r.tenant_id = i.tenant_id AND r.import_id = i.id
              GROUP BY r.plan ORDER BY r.plan) AS plans,
            ARRAY(SELECT count(*)::int FROM import_rows r WHERE r.tenant_id = i.tenant_id AND r.import_id = i.id
              GROUP BY r.plan ORDER BY r.plan) AS numbers""";

    public Import {
        counts = Map.copyOf(counts);
    }

    /** How many rows come to this. */
    public int count(ImportPlan.Step step) {
        return counts.getOrDefault(step, 0);
    }

    static Import of(Row row) {
        Map<ImportPlan.Step, Integer> counts = new EnumMap<>(ImportPlan.Step.class);
        String[] plans = row.getArrayOfStrings("plans");
        Integer[] numbers = row.getArrayOfIntegers("numbers");
        for (int i = 0; i < plans.length; i++) {
            counts.put(ImportPlan.Step.of(plans[i]), numbers[i]);
        }
        return new Import(
                row.getUUID("id"),
                row.getString("status"),
                Optional.ofNullable(row.getUUID("connection_id")).map(ConnectionId::new),
                row.getInteger("row_count"),
                counts,
                HexFormat.of().formatHex(row.getBuffer("content_sha256").getBytes()),
                row.getString("requested_by"),
                Optional.ofNullable(row.getString("decided_by")),
                Optional.ofNullable(row.getOffsetDateTime("decided_at")).map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getOffsetDateTime("applied_at")).map(OffsetDateTime::toInstant),
                row.getOffsetDateTime("created_at").toInstant());
    }

    /** A row of the report. */
    public record ReportRow(
            int number,
            Optional<String> userName,
            ImportPlan.Step step,
            Optional<String> detail,
            Optional<UUID> user,
            Optional<Instant> appliedAt) {
        static ReportRow of(Row row) {
            return new ReportRow(
                    row.getInteger("row_no"),
                    Optional.ofNullable(row.getString("user_name")).filter(name -> !name.isEmpty()),
                    ImportPlan.Step.of(row.getString("plan")),
                    Optional.ofNullable(row.getString("detail")).filter(detail -> !detail.isEmpty()),
                    Optional.ofNullable(row.getUUID("user_id")),
                    Optional.ofNullable(row.getOffsetDateTime("applied_at")).map(OffsetDateTime::toInstant));
        }
    }
}
