package dev.sallyport.broker.op;

import dev.sallyport.broker.token.TokenCheck;
import dev.sallyport.broker.token.VerifiedToken;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.broker.web.Tenancy;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Endpoints that take an access token (RFC 6750), good at this very moment: in the header, or in the form of a POST (§2.2), never in the
 * query, where it would lie in logs and histories (§2.3).
 */
public final class BearerToken {
    private static final String NOT_GOOD = "the token is not good here and now";

    private final TokenCheck check;

    public BearerToken(TokenCheck check) {
        this.check = check;
    }

    /** Runs an endpoint with the token that was presented, or answers 401 (RFC 6750 §3). */
    public Future<Void> with(RoutingContext context, Function<VerifiedToken, Future<Void>> endpoint) {
        return live(context, live -> endpoint.apply(live.token()));
    }

    /** The same for an endpoint that also wants the person. */
    public Future<Void> live(RoutingContext context, Function<TokenCheck.Live, Future<Void>> endpoint) {
        List<String> headers = context.request().headers().getAll("Authorization");
        Optional<String> posted = Parameters.form(context).get("access_token");
        if (context.queryParams().contains("access_token") || (posted.isPresent() && !headers.isEmpty())) {
            return refuse(
                    context,
                    400,
                    ", error=\"invalid_request\"",
                    OAuthError.invalidRequest("send the token once, in the header or in the form of a POST"));
        }
        boolean isBearer = headers.size() == 1 && headers.get(0).regionMatches(true, 0, "Bearer ", 0, 7);
        if (posted.isEmpty() && !isBearer) {
            return refuse(context, 401, "", null);
        }
        String token = posted.orElseGet(() -> headers.get(0).substring(7).strip());
        return check.live(Tenancy.of(context), token)
                .compose(live -> live.isEmpty()
                        ? refuse(
                                context,
                                401,
                                ", error=\"invalid_token\", error_description=\"" + NOT_GOOD + "\"",
                                new OAuthError(401, "invalid_token", NOT_GOOD))
                        : endpoint.apply(live.get()));
    }

    /** 403 {@code insufficient_scope} for a token that no scope could make good here. */
    public static Future<Void> refused(RoutingContext context, String description) {
        context.response().putHeader("WWW-Authenticate", "Bearer realm=\"sallyport\", error=\"insufficient_scope\"");
        Answers.json(context, 403, new OAuthError(403, "insufficient_scope", description).toJson());
        return Future.succeededFuture();
    }

    /** 403 {@code insufficient_scope}. */
    public static Future<Void> insufficient(RoutingContext context, String scope) {
        return refuse(
                context,
                403,
                ", error=\"insufficient_scope\", scope=\"" + scope + "\"",
                new OAuthError(403, "insufficient_scope", NOT_GOOD));
    }

    /** 401 {@code insufficient_user_authentication}: good, but the person must have signed in lately (RFC 9470 §3). */
    public static Future<Void> stepUp(RoutingContext context, Duration maxAge) {
        String description = "a more recent sign-in is needed; sign in again with max_age";
        context.response()
                .putHeader(
                        "WWW-Authenticate",
                        "Bearer realm=\"sallyport\", error=\"insufficient_user_authentication\", error_description=\""
                                + description + "\", max_age=\"" + maxAge.toSeconds() + "\"");
        Answers.json(context, 401, new OAuthError(401, "insufficient_user_authentication", description).toJson());
        return Future.succeededFuture();
    }

    private static Future<Void> refuse(RoutingContext context, int status, String rest, OAuthError error) {
        context.response().putHeader("WWW-Authenticate", "Bearer realm=\"sallyport\"" + rest);
        if (error == null) {
            context.response()
                    .setStatusCode(status)
                    .putHeader("Cache-Control", "no-store")
                    .end();
        } else {
            Answers.json(context, status, error.toJson());
        }
        return Future.succeededFuture();
    }
}
