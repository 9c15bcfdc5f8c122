package dev.sallyport.broker.admin;

import dev.sallyport.broker.signals.Notices;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@code …/notices}: who was told that a session ended, who was not, and another chance for those. */
final class NoticeEndpoints implements Endpoint.Family {
    private static final UUID FIRST = new UUID(0, 0);

    private final Notices notices;

    NoticeEndpoints(AdminParts parts) {
        this.notices = parts.notices();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("listNotices", this::list, "retryNotice", this::retry);
    }

    private Future<Answer> list(Call call) {
        return notices.list(
                        call.tenantId(),
                        call.cursorId().orElse(FIRST),
                        call.query("state"),
                        call.query("application"),
                        call.limit() + 1)
                .map(found -> Answer.ok(Listing.page(found, call.limit(), NoticeEndpoints::json, notice -> notice.id()
                        .toString())));
    }

    private Future<Answer> retry(Call call) {
        return find(call)
                .compose(notice -> notices.retry(call.tenantId(), notice.id(), call.actor()))
                .compose(
                        done -> done
                                ? find(call)
                                : Future.failedFuture(
                                        Problem.conflict(
                                                "This notice was delivered, or waits for its first attempt: only one that failed can be tried again.")))
                .map(notice -> Answer.ok(json(notice)));
    }

    private Future<Notices.State> find(Call call) {
        return notices.find(call.tenantId(), call.id()).map(Call::found);
    }

    private static JsonObject json(Notices.State notice) {
        return new JsonObject()
                .put("id", notice.id().toString())
                .put("kind", notice.kind())
                .put("application", notice.application().orElse(null))
                .put("session", text(notice.session()))
                .put("offboarding", text(notice.offboarding()))
                .put("target", notice.target())
                .put("state", notice.state())
                .put("attempts", notice.attempts())
                .put("last_status", notice.lastAnswer().orElse(null))
                .put("created_at", Times.text(notice.createdAt()))
                .put("next_attempt_at", Times.text(notice.nextAttemptAt()))
                .put("delivered_at", Times.text(notice.deliveredAt()));
    }

    private static String text(Optional<UUID> id) {
        return id.map(UUID::toString).orElse(null);
    }
}
