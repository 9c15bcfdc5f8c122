package dev.sallyport.broker.admin;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.VersionChanged;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.UUID;

/**
 * One request that is admitted and fits the document.
 *
 * @param named the tenant in the path, if the operation is about one
 */
record Call(RoutingContext context, Principal principal, Optional<Tenant> named, RequestCheck.Sound request) {
    private static final int USUAL_LIMIT = 50;

    /** The tenant in the path. */
    Tenant tenant() {
        return named.orElseThrow();
    }

    TenantId tenantId() {
        return tenant().id();
    }

    /** As in the audit log. */
    String actor() {
        return principal.actor();
    }

    /** The body, empty if none came. */
    JsonObject body() {
        return request.body() instanceof JsonObject object ? object : new JsonObject();
    }

    /** A path parameter. */
    String path(String name) {
        return request.path().get(name);
    }

    /** The path parameter {@code id}, where it is a UUID. */
    UUID id() {
        return UUID.fromString(path("id"));
    }

    /** A query parameter. */
    Optional<String> query(String name) {
        return Optional.ofNullable(request.query().get(name));
    }

    int limit() {
        return query("limit").map(Integer::parseInt).orElse(USUAL_LIMIT);
    }

    Optional<String> cursor() {
        return query("cursor");
    }

    /** The id behind which the page begins. Fails with 400 if the cursor is none of ours. */
    Optional<UUID> cursorId() {
        return cursor().map(Cursor::id);
    }

    /**
     * The entity tag that the caller insists on, without its quotes; empty for none or {@code *}. A weak one never matches (RFC 9110
     * §13.1.1).
     */
    Optional<String> ifMatch() {
        String header = context.request().getHeader("If-Match");
        if (header == null || header.strip().equals("*")) {
            return Optional.empty();
        }
        String tag = header.strip();
        if (tag.startsWith("W/")) {
            throw new VersionChanged();
        }
        if (tag.length() < 2 || !tag.startsWith("\"") || tag.indexOf('"', 1) != tag.length() - 1) {
            throw Problem.badParameter("If-Match", "must be one entity tag in quotes, or *");
        }
        return Optional.of(tag.substring(1, tag.length() - 1));
    }

    /** The version that the caller insists on. Fails with {@link VersionChanged} if the tag is none of a version. */
    Optional<Long> ifVersion() {
        return ifMatch().map(tag -> {
            if (!tag.matches("[0-9]{1,18}")) {
                throw new VersionChanged();
            }
            return Long.parseLong(tag);
        });
    }

    /** The value, or 404. */
    static <T> T found(Optional<T> value) {
        return value.orElseThrow(Problem::notFound);
    }
}
