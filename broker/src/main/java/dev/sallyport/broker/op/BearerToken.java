package dev.sallyport.broker.op;

import dev.sallyport.broker.token.TokenCheck;
import dev.sallyport.broker.token.VerifiedToken;
import dev.sallyport.broker.web.Answers;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Tenancy;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** Endpoints that take an access token (RFC 6750): in the header only, and good at this very moment. */
public final class BearerToken {
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
        if (headers.isEmpty()) {
            return refuse(context, 401, "", null);
        }
        String header = headers.get(0);
        if (headers.size() > 1 || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return refuse(context, 401, "", null);
        }
        return check.live(Tenancy.of(context), header.substring(7).strip())
                .compose(token -> token.isEmpty()
                        ? refuse(
                                context,
                                401,
                                ", error=\"invalid_token\", error_description=\"the token is not good here and now\"",
                                "invalid_token")
                        : endpoint.apply(token.get()));
    }

    /** 403 {@code insufficient_scope} for a token that no scope could make good here. */
    public static Future<Void> refused(RoutingContext context, String description) {
        context.response().putHeader("WWW-Authenticate", "Bearer realm=\"sallyport\", error=\"insufficient_scope\"");
        Answers.json(context, 403, new OAuthError(403, "insufficient_scope", description).toJson());
        return Future.succeededFuture();
    }

    /** 403 {@code insufficient_scope}. */
    public static Future<Void> insufficient(RoutingContext context, String scope) {
        return refuse(context, 403, ", error=\"insufficient_scope\", scope=\"" + scope + "\"", "insufficient_scope");
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

    private static Future<Void> refuse(RoutingContext context, int status, String rest, String error) {
        context.response().putHeader("WWW-Authenticate", "Bearer realm=\"sallyport\"" + rest);
        if (error == null) {
            context.response()
                    .setStatusCode(status)
                    .putHeader("Cache-Control", "no-store")
                    .end();
        } else {
            Answers.json(context, status, new OAuthError(status, error, "the token is not good here and now").toJson());
        }
        return Future.succeededFuture();
    }
}
