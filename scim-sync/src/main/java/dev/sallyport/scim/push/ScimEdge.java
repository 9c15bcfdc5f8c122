package dev.sallyport.scim.push;

import dev.sallyport.database.DatabaseUnavailable;
import dev.sallyport.database.TenantId;
import dev.sallyport.scim.ScimException;
import dev.sallyport.scim.directory.DirectoryRefused;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where answers and failures become SCIM over HTTP (RFC 7644 §3.12). */
final class ScimEdge {
    private static final Logger LOG = LoggerFactory.getLogger(ScimEdge.class);
    /** Under which the tenant is kept whose door it is, whoever knocks. */
    static final String TENANT = ScimEdge.class.getName() + ".tenant";

    private static final String MEDIA_TYPE = "application/scim+json";

    private ScimEdge() {}

    static void write(RoutingContext ctx, Answer answer) {
        HttpServerResponse response = ctx.response().setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        response.putHeader("Cache-Control", "no-store");
        if (answer.body() == null) {
            response.end();
        } else if (ctx.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader("Content-Type", MEDIA_TYPE).end();
        } else {
            response.putHeader("Content-Type", MEDIA_TYPE).end(answer.body().toBuffer());
        }
    }

    /** Answers with a failure; what was refused is noted for the tenant whose door it is. */
    static void fail(RoutingContext ctx, Refusals refusals) {
        if (ctx.response().ended()) {
            return;
        }
        ScimException refusal = refusal(ctx.failure(), ctx.statusCode());
        TenantId tenant = ctx.get(TENANT);
        if (tenant != null && refusal.status() < 500) {
            String path = ctx.request().path();
            String rest = path.substring(path.indexOf("/scim/v2") + "/scim/v2".length());
            String resource = rest.startsWith("/") ? rest.substring(1).replaceFirst("/.*", "") : "";
            refusals.note(
                    tenant, ctx.request().method().name(), resource, refusal.status(), cause(ctx.failure(), refusal));
        }
        if (refusal.status() == 503) {
            ctx.response().putHeader("Retry-After", "2");
        }
        write(ctx, new Answer(refusal.status(), refusal.body(), Map.of()));
    }

    /** 405 with the methods that there are. */
    static ScimException notAllowed(RoutingContext ctx, String methods) {
        ctx.response().putHeader("Allow", methods);
        return new ScimException(405, "", "only " + methods);
    }

    private static String cause(Throwable failure, ScimException refusal) {
        return failure instanceof DirectoryRefused refused
                ? refused.reason().name().toLowerCase(Locale.ROOT)
                : refusal.scimType();
    }

    private static ScimException refusal(Throwable failure, int status) {
        if (failure instanceof ScimException refusal) {
            return refusal;
        }
        if (failure instanceof DirectoryRefused refused) {
            return switch (refused.reason()) {
                case USER_NAME_TAKEN -> ScimException.uniqueness("another person has this userName");
                case EXTERNAL_ID_TAKEN -> ScimException.uniqueness("another person has this externalId");
                case NOT_ADOPTABLE ->
                    ScimException.uniqueness("an account with this userName or e-mail address is here already");
                case LAST_ADMIN ->
                    new ScimException(409, "", "the last administrator of the tenant is not removed by a directory");
                case CLOSED_HERE -> ScimException.mutability("the account was closed by an administrator here");
            };
        }
        if (failure instanceof DatabaseUnavailable) {
            return new ScimException(503, "", "try again shortly");
        }
        if (status == 413 || (failure instanceof HttpException http && http.getStatusCode() == 413)) {
            return new ScimException(413, "", "the body is too large");
        }
        if (failure instanceof HttpException http && http.getStatusCode() < 500) {
            return new ScimException(http.getStatusCode(), "", "the request cannot be read");
        }
        if (failure == null && status >= 400 && status < 500) {
            return new ScimException(status, "", "the request cannot be read");
        }
        LOG.error("SCIM request failed", failure);
        return new ScimException(500, "", "internal error");
    }
}
