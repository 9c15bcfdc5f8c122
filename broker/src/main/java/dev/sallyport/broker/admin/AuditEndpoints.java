package dev.sallyport.broker.admin;

import dev.sallyport.broker.audit.ChainState;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.Uuids;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** {@code …/audit-events} and {@code /admin/v1/audit/verify}: who did what, and whether the log is whole. */
final class AuditEndpoints implements Endpoint.Family {
    private static final int PAGE = 100;
    private static final String LIST = """
            SELECT id, at, (extract(epoch FROM at) * 1000000)::bigint AS micros, actor, action, subject, cause, details FROM audit_events
            WHERE tenant_id = $1 AND ($2::text IS NULL OR action = $2 OR starts_with(action, $2 || '.'))
              AND ($3::text IS NULL OR actor = $3) AND ($4::text IS NULL OR subject = $4)
              AND ($5::timestamptz IS NULL OR at >= $5::timestamptz) AND ($6::timestamptz IS NULL OR at < $6::timestamptz)
              AND ($7::bigint IS NULL OR (at, id) < (timestamptz 'epoch' + $7::bigint * interval '1 microsecond', $8::uuid))
            ORDER BY at DESC, id DESC LIMIT $9""";

    private final AdminParts parts;

    AuditEndpoints(AdminParts parts) {
        this.parts = parts;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("listAuditEvents", this::list, "verifyAudit", this::verify);
    }

    private Future<Answer> list(Call call) {
        Optional<Position> after = call.cursor().map(Position::of);
        Tuple arguments = Tuple.from(Arrays.asList(
                call.tenantId().value(),
                call.query("action").orElse(null),
                call.query("actor").orElse(null),
                call.query("subject").orElse(null),
                time(call, "from"),
                time(call, "to"),
                after.map(Position::micros).orElse(null),
                after.map(Position::id).orElse(null),
                call.limit() + 1));
        return parts.database()
                .tenants()
                .query(call.tenantId(), LIST, arguments)
                .map(rows -> {
                    List<Row> found =
                            StreamSupport.stream(rows.spliterator(), false).toList();
                    return Answer.ok(Listing.page(
                            found,
                            call.limit(),
                            AuditEndpoints::json,
                            row -> row.getLong("micros") + "/" + row.getUUID("id")));
                });
    }

    private static OffsetDateTime time(Call call, String name) {
        return call.query(name).map(text -> Times.parameter(name, text)).orElse(null);
    }

    /** Where a page ends. */
    private record Position(Long micros, UUID id) {
        static Position of(String cursor) {
            String key = Cursor.key(
                    cursor,
                    text -> text.matches("[0-9]{1,17}/.{36}")
                            && Uuids.parse(text.substring(text.indexOf('/') + 1))
                                    .isPresent());
            int slash = key.indexOf('/');
            return new Position(Long.parseLong(key.substring(0, slash)), UUID.fromString(key.substring(slash + 1)));
        }
    }

    private static JsonObject json(Row row) {
        return new JsonObject()
                .put("id", row.getUUID("id").toString())
                .put("at", Times.text(row.getOffsetDateTime("at")))
                .put("actor", row.getString("actor"))
                .put("action", row.getString("action"))
                .put("subject", row.getString("subject"))
                .put("cause", row.getString("cause"))
                .put("details", row.getJsonObject("details"));
    }

    private Future<Answer> verify(Call call) {
        JsonArray chains = new JsonArray();
        Optional<String> slug = call.query("tenant");
        Future<Void> checked = slug.isPresent()
                ? parts.tenants()
                        .bySlug(slug.get())
                        .map(tenant ->
                                tenant.orElseThrow(() -> Problem.badParameter("tenant", "is the slug of no tenant")))
                        .compose(tenant -> check(tenant.id(), tenant.slug(), chains))
                : check(TenantId.PLATFORM, null, chains).compose(v -> checkAll("", chains));
        return checked.map(v -> Answer.ok(new JsonObject()
                .put("ok", chains.stream().map(JsonObject.class::cast).allMatch(chain -> chain.getBoolean("ok")))
                .put("chains", chains)
                .put("verified_at", Times.text(parts.clock().instant()))));
    }

    private Future<Void> checkAll(String after, JsonArray chains) {
        return parts.tenants().list(after, PAGE).compose(tenants -> {
            Future<Void> done = Future.succeededFuture();
            for (Tenant tenant : tenants) {
                done = done.compose(v -> check(tenant.id(), tenant.slug(), chains));
            }
            return tenants.size() < PAGE
                    ? done
                    : done.compose(v -> checkAll(tenants.get(tenants.size() - 1).slug(), chains));
        });
    }

    private Future<Void> check(TenantId tenant, String slug, JsonArray chains) {
        return parts.auditChain()
                .seal(tenant)
                .compose(v -> parts.auditChain().verify(tenant))
                .map(state -> {
                    chains.add(json(slug, state));
                    return null;
                });
    }

    private static JsonObject json(String slug, ChainState state) {
        JsonObject json = new JsonObject()
                .put("tenant", slug)
                .put("ok", state.isWhole())
                .put("events", state.events())
                .put("pending", state.pending());
        state.broken()
                .ifPresent(broken -> json.put("broken_at", broken.position()).put("detail", broken.detail()));
        return json;
    }
}
