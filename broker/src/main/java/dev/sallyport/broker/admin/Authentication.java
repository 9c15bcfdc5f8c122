package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Kind;
import dev.sallyport.broker.application.Application;
import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.broker.token.TokenCheck;
import dev.sallyport.broker.token.VerifiedToken;
import dev.sallyport.roles.Access;
import dev.sallyport.roles.Permission;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantRegistry;
import dev.sallyport.tenant.TenantStatus;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Says who calls, before anything of the request is read or judged. Whoever is neither the operator nor an admin of some tenant hears the
 * same 403 for every address, whether anything is there or not (B14).
 */
final class Authentication implements Handler<RoutingContext> {
    private static final String KEY = "sallyport.principal";
    private static final String PREFIX = "bearer ";

    private final AdminParts parts;
    private final TenantRegistry tenants;
    private final TokenCheck tokens;
    private final PersonAccess access;

    Authentication(AdminParts parts) {
        this.parts = parts;
        this.tenants = parts.tenants();
        this.tokens = parts.tokenCheck();
        this.access = parts.access();
    }

    @Override
    public void handle(RoutingContext context) {
        // The body waits until it is clear that anybody will read it.
        context.request().pause();
        principal(context.request().getHeader("Authorization"))
                .onSuccess(principal -> {
                    context.put(KEY, principal);
                    context.next();
                })
                .onFailure(failure -> {
                    if (failure instanceof Problem problem && problem.kind() == Kind.UNAUTHORIZED) {
                        context.response().putHeader("WWW-Authenticate", challenge(context));
                    }
                    Problems.send(context, failure);
                });
    }

    /** Who was found to call. */
    static Principal of(RoutingContext context) {
        return context.get(KEY);
    }

    // RFC 6750 §3.1: a request without any credential hears no error code.
    private static String challenge(RoutingContext context) {
        return context.request().getHeader("Authorization") == null ? "Bearer" : "Bearer error=\"invalid_token\"";
    }

    private Future<Principal> principal(String header) {
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(PREFIX)) {
            return unauthorized("Send the operator token or a tenant admin's access token as bearer.");
        }
        String bearer = header.substring(PREFIX.length()).strip();
        if (bearer.isEmpty() || bearer.length() > TokenCheck.MAX_LENGTH) {
            return unauthorized("This token is not valid here.");
        }
        Optional<String> slug = slug(bearer);
        if (slug.isPresent()) {
            return tenants.bySlug(slug.get())
                    .compose(tenant -> tenant.isEmpty()
                            ? unauthorized("This token is not valid here.")
                            : admin(tenant.get(), bearer));
        }
        return parts.operatorTokens()
                .isOperator(bearer)
                .compose(yes -> yes
                        ? Future.succeededFuture(new Principal.Operator())
                        : unauthorized("This token is not valid here."));
    }

    private Future<Principal> admin(Tenant tenant, String bearer) {
        return tokens.live(tenant, bearer).compose(live -> {
            if (live.isPresent()) {
                return judge(tenant, live.get().token());
            }
            return tenant.status() != TenantStatus.SUSPENDED
                    ? unauthorized("This token is not valid here.")
                    : tokens.genuine(tenant, bearer)
                            .compose(genuine -> genuine.isPresent()
                                    ? Future.failedFuture(
                                            new Problem(Kind.TENANT_SUSPENDED, "This tenant is suspended."))
                                    : unauthorized("This token is not valid here."));
        });
    }

    // What the token says may be minutes old; only what also holds at this moment counts.
    private Future<Principal> judge(Tenant tenant, VerifiedToken token) {
        Optional<UUID> user = token.user();
        // Who acts on an admin's behalf is not the admin.
        if (user.isEmpty() || token.isDelegated() || !token.permissions().contains(Permission.TENANT_ADMIN.name())) {
            return forbidden();
        }
        return parts.applications()
                .find(token.clientId())
                .compose(application -> application.map(Application::thirdParty).orElse(true)
                        ? Future.failedFuture(
                                Problem.forbidden(
                                        "A third-party application does not act for administrators; use one of the vendor's own."))
                        : held(tenant, token, new UserId(user.get())));
    }

    private Future<Principal> held(Tenant tenant, VerifiedToken token, UserId id) {
        return access.rules(tenant.id())
                .compose(rules -> parts.database().tenants().transaction(tenant.id(), tx -> access.of(tx, rules, id)))
                .compose(now -> now.holds(Permission.TENANT_ADMIN)
                        ? Future.succeededFuture(new Principal.Admin(tenant, id, both(token, now), token))
                        : forbidden());
    }

    private static SortedSet<Permission> both(VerifiedToken token, Access now) {
        SortedSet<Permission> both = new TreeSet<>(now.permissions());
        both.removeIf(permission -> !token.permissions().contains(permission.name()));
        return both;
    }

    private static Future<Principal> forbidden() {
        return Future.failedFuture(Problem.forbidden("This is for administrators."));
    }

    private static Future<Principal> unauthorized(String detail) {
        return Future.failedFuture(new Problem(Kind.UNAUTHORIZED, detail));
    }

    // Only tells whose keys to try; nothing is believed of what was read here.
    private Optional<String> slug(String bearer) {
        String[] segments = bearer.split("\\.", -1);
        if (segments.length != 3) {
            return Optional.empty();
        }
        try {
            byte[] claims = Base64.getUrlDecoder().decode(segments[1]);
            Object issuer = new JsonObject(new String(claims, StandardCharsets.UTF_8)).getValue("iss");
            String prefix = parts.publicUrl() + "/t/";
            return issuer instanceof String text && text.startsWith(prefix)
                    ? Optional.of(text.substring(prefix.length())).filter(Tenant::isSlug)
                    : Optional.empty();
        } catch (IllegalArgumentException | DecodeException e) {
            return Optional.empty();
        }
    }
}
