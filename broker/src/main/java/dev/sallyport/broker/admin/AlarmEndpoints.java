package dev.sallyport.broker.admin;

import dev.sallyport.tenant.alarm.Alarm;
import dev.sallyport.tenant.alarm.Alarms;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.UUID;

/** {@code …/alarms}: what somebody has to look at. */
final class AlarmEndpoints implements Endpoint.Family {
    // Version 7 ids grow with time; the first page begins above them all.
    private static final UUID NEWEST = new UUID(-1, -1);

    private final AdminParts parts;

    AlarmEndpoints(AdminParts parts) {
        this.parts = parts;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("listAlarms", this::list, "acknowledgeAlarm", this::acknowledge);
    }

    private Future<Answer> list(Call call) {
        boolean openOnly = call.query("state").map("open"::equals).orElse(true);
        UUID before = call.cursorId().orElse(NEWEST);
        return parts.database()
                .tenants()
                .transaction(
                        call.tenantId(), tx -> Alarms.list(tx, call.tenantId(), openOnly, before, call.limit() + 1))
                .map(found -> Answer.ok(Listing.page(found, call.limit(), AlarmEndpoints::json, alarm -> alarm.id()
                        .toString())));
    }

    private Future<Answer> acknowledge(Call call) {
        return parts.database()
                .tenants()
                .transaction(call.tenantId(), tx -> Alarms.acknowledge(tx, call.tenantId(), call.id(), call.actor()))
                .map(Call::found)
                .map(alarm -> Answer.ok(json(alarm)));
    }

    private static JsonObject json(Alarm alarm) {
        return new JsonObject()
                .put("id", alarm.id().toString())
                .put("kind", alarm.kind())
                .put("subject", alarm.subject())
                .put("detail", alarm.detail())
                .put("times", alarm.times())
                .put("raised_at", Times.text(alarm.raisedAt()))
                .put("last_seen_at", Times.text(alarm.lastSeenAt()))
                .put("resolved_at", Times.text(alarm.resolvedAt()))
                .put("acknowledged_at", Times.text(alarm.acknowledgedAt()))
                .put("acknowledged_by", alarm.acknowledgedBy().orElse(null));
    }
}
