package dev.sallyport.tenant.setup;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantRegistry;
import dev.sallyport.tenant.TenantStatus;
import dev.sallyport.tenant.alarm.Alarms;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.Bearer;
import dev.sallyport.tenant.setup.SecondStep.Verdict;
import dev.sallyport.tenant.setup.SetupLinkRows.Attempt;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One-time links. The secret is 256 random bits in the fragment of the link, shown once and stored as SHA-256; one statement decides who
 * redeems it, so that among any number of racers on any nodes there is exactly one winner.
 */
public final class SetupLinks {
    /** How long a link can be redeemed unless the operator says otherwise. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofDays(3);

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(14);
    private static final Duration LONGEST_BREAK_GLASS = Duration.ofDays(400);
    private static final Duration BREAK_GLASS = Duration.ofDays(365);
    private static final Pattern ID = Pattern.compile("([a-z0-9-]{1,40})\\.[A-Za-z0-9_-]{22}");

    private final Database database;
    private final TenantRegistry tenants;
    private final String publicUrl;

    /** A link and whose it is. */
    record Sighting(Tenant tenant, SetupLink link) {}

    /**
     * @param publicUrl the base of every URL that is handed out, without a trailing slash
     */
    public SetupLinks(Database database, TenantRegistry tenants, String publicUrl) {
        this.database = database;
        this.tenants = tenants;
        this.publicUrl = publicUrl;
    }

    /**
     * Makes a link.
     *
     * @return fails with {@link SetupLinkRefused}
     */
    public Future<NewSetupLink> create(Tenant tenant, LinkWanted wanted, String actor) {
        boolean breakGlass = wanted.purposes().contains(SetupPurpose.BREAK_GLASS);
        Duration lifetime = wanted.lifetime();
        if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(breakGlass ? LONGEST_BREAK_GLASS : LONGEST) > 0) {
            return Future.failedFuture(new SetupLinkRefused(
                    "expires_in", breakGlass ? "must be 1 minute to 400 days" : "must be 1 minute to 14 days"));
        }
        if (wanted.purposes().isEmpty()) {
            return Future.failedFuture(new SetupLinkRefused("purposes", "must name at least one purpose"));
        }
        if (breakGlass && wanted.purposes().size() > 1) {
            return Future.failedFuture(
                    new SetupLinkRefused("purposes", "must be `break_glass` alone, since it allows everything"));
        }
        if (wanted.recipient().map(String::length).orElse(0) > 320) {
            return Future.failedFuture(new SetupLinkRefused("recipient", "must be at most 320 characters"));
        }
        return database.tenants()
                .transaction(
                        tenant.id(),
                        tx -> breakGlass
                                ? retire(tx, tenant.id(), actor).compose(v -> insert(tx, tenant, wanted, actor))
                                : insert(tx, tenant, wanted, actor));
    }

    /**
     * Makes the link by which the tenant's admins come back into their setup when nobody of them can sign in, in the transaction that makes
     * it needed. There is one at a time: an older one that nobody used is taken back. It is good for a year.
     */
    public Future<NewSetupLink> breakGlass(SqlConnection tx, Tenant tenant, String actor) {
        LinkWanted wanted = new LinkWanted(BREAK_GLASS, Set.of(SetupPurpose.BREAK_GLASS), Optional.empty(), false);
        return retire(tx, tenant.id(), actor).compose(v -> insert(tx, tenant, wanted, actor));
    }

    private Future<NewSetupLink> insert(SqlConnection tx, Tenant tenant, LinkWanted wanted, String actor) {
        String id = tenant.slug() + "." + Bearer.random(16);
        String secret = Bearer.mint(Bearer.SETUP_LINK);
        Optional<String> code = wanted.secondStep() ? Optional.of(SecondStep.mint()) : Optional.empty();
        Optional<byte[]> codeHash = code.flatMap(text -> SecondStep.hash(secret, text));
        return SetupLinkRows.insert(tx, tenant.id(), id, Bearer.hash(secret), codeHash, wanted, actor)
                .compose(link -> audit(tx, tenant.id(), actor, "setup_link.created", link)
                        .map(new NewSetupLink(link, publicUrl + "/setup/" + id + "#" + secret, code)));
    }

    private static Future<Void> retire(SqlConnection tx, TenantId tenant, String actor) {
        return SetupLinkRows.retireBreakGlass(tx, tenant).compose(old -> {
            Future<Void> done = Future.succeededFuture();
            for (SetupLink link : old) {
                done = done.compose(v -> audit(tx, tenant, actor, "setup_link.revoked", link));
            }
            return done;
        });
    }

    /** The links of a tenant, the newest first, after the given id (empty for the first page). */
    public Future<List<SetupLink>> list(TenantId tenant, String afterId, int limit) {
        return database.tenants().transaction(tenant, tx -> SetupLinkRows.list(tx, tenant, afterId, limit));
    }

    /** How far the setup of this tenant is. */
    public Future<SetupProgress> progress(Tenant tenant) {
        return database.tenants()
                .transaction(tenant.id(), tx -> SetupLinkRows.progress(tx, tenant.id(), tenant.isActive()));
    }

    /** One link of this tenant. */
    public Future<Optional<SetupLink>> find(TenantId tenant, String id) {
        return database.tenants().transaction(tenant, tx -> SetupLinkRows.find(tx, tenant, id));
    }

    /** Takes a link back, and with it the session that redeemed it. False if this tenant has no such link; true also if it was taken back before. */
    public Future<Boolean> revoke(TenantId tenant, String id, String actor) {
        return database.tenants().transaction(tenant, tx -> SetupLinkRows.revoke(tx, tenant, id)
                .compose(revoked -> revoked.isPresent()
                        ? audit(tx, tenant, actor, "setup_link.revoked", revoked.get())
                                .map(true)
                        : SetupLinkRows.find(tx, tenant, id).map(Optional::isPresent)));
    }

    /**
     * Redeems a link. Every attempt on a link that exists is counted and audited.
     *
     * @param code of the second step; empty if none was given
     * @return the secret of the session that may now do the setup; fails with {@link LinkUnusable} for whatever reason it cannot be used,
     *     and with {@link CodeAsked} if all that is missing is the right code
     */
    public Future<String> redeem(String id, String secret, String code) {
        return tenantOf(id).compose(tenant -> database.tenants()
                .transaction(tenant.id(), tx -> attempt(tx, tenant.id(), id, secret, code))
                .compose(result -> result.session()
                        .map(Future::succeededFuture)
                        .orElseGet(() -> Future.failedFuture(result.refusal()))));
    }

    // The transaction stands whatever comes of the attempt: it was counted and audited.
    private record Result(Optional<String> session, RuntimeException refusal) {}

    private static Future<Result> attempt(SqlConnection tx, TenantId tenant, String id, String secret, String code) {
        return SetupLinkRows.opened(tx, tenant, id, Bearer.hash(secret)).compose(found -> {
            if (found.isEmpty()) {
                return refused(tx, tenant, id, "unknown").map(unusable());
            }
            Attempt attempt = found.get();
            SetupLink link = attempt.link();
            Verdict verdict = SecondStep.judge(
                    attempt.secretIsRight(),
                    link.state(),
                    attempt.codeHash(),
                    SecondStep.hash(secret, code),
                    link.wrongCodes());
            return switch (verdict) {
                case ENTER -> enter(tx, tenant, link, secret);
                case UNUSABLE ->
                    refused(
                                    tx,
                                    tenant,
                                    id,
                                    link.state() == SetupLink.State.OPEN
                                            ? "wrong_secret"
                                            : link.state().word())
                            .map(unusable());
                case CODE_MISSING ->
                    refused(tx, tenant, id, "code_missing")
                            .map(new Result(Optional.empty(), new CodeAsked(OptionalInt.empty())));
                case CODE_WRONG ->
                    SetupLinkRows.wrongCode(tx, tenant, id)
                            .compose(v -> refused(tx, tenant, id, "wrong_code"))
                            .map(new Result(
                                    Optional.empty(),
                                    new CodeAsked(OptionalInt.of(SecondStep.TRIES - link.wrongCodes() - 1))));
                case CODE_SPENT -> spent(tx, tenant, link).map(unusable());
            };
        });
    }

    private static Result unusable() {
        return new Result(Optional.empty(), new LinkUnusable());
    }

    private static Future<Result> enter(SqlConnection tx, TenantId tenant, SetupLink link, String secret) {
        String session = Bearer.mint("spw_");
        return SetupLinkRows.redeem(tx, tenant, link.id(), Bearer.hash(secret), Bearer.hash(session))
                .compose(won -> {
                    if (won.isEmpty()) {
                        return refused(tx, tenant, link.id(), "expired").map(unusable());
                    }
                    return audit(tx, tenant, "setup:" + link.id(), "setup_link.redeemed", won.get())
                            .compose(v -> link.purposes().contains(SetupPurpose.BREAK_GLASS)
                                    ? alarm(tx, tenant, link, "break_glass_used")
                                    : Future.succeededFuture())
                            .map(new Result(Optional.of(session), null));
                });
    }

    private static Future<Void> spent(SqlConnection tx, TenantId tenant, SetupLink link) {
        return SetupLinkRows.wrongCode(tx, tenant, link.id())
                .compose(v -> refused(tx, tenant, link.id(), "wrong_code"))
                .compose(v -> SetupLinkRows.revoke(tx, tenant, link.id()))
                .compose(v -> audit(tx, tenant, "system", "setup_link.revoked", link))
                .compose(v -> alarm(tx, tenant, link, "setup_code_guessed"));
    }

    private static Future<Void> alarm(SqlConnection tx, TenantId tenant, SetupLink link, String kind) {
        JsonObject detail = new JsonObject().put("link", link.id());
        link.recipient().ifPresent(recipient -> detail.put("recipient", recipient));
        return Alarms.raise(tx, tenant, kind, "setup_link:" + link.id(), detail).mapEmpty();
    }

    /** A link as somebody who only looks at it may know it; changes nothing. Empty if it leads nowhere. */
    Future<Optional<Sighting>> look(String id) {
        return tenantOf(id)
                .compose(tenant -> find(tenant.id(), id).map(found -> found.map(link -> new Sighting(tenant, link))))
                .recover(e ->
                        e instanceof LinkUnusable ? Future.succeededFuture(Optional.empty()) : Future.failedFuture(e));
    }

    /** The session that redeemed this link, if the secret is its own and it has neither ended nor been taken back. */
    public Future<Optional<SetupSession>> session(String id, String sessionSecret) {
        return tenantOf(id)
                .compose(tenant -> database.tenants()
                        .transaction(
                                tenant.id(),
                                tx -> SetupLinkRows.session(tx, tenant.id(), id, Bearer.hash(sessionSecret)))
                        .map(found -> found.map(row -> new SetupSession(
                                tenant, id, row.purposes(), row.expiresAt(), SetupSession.csrfOf(sessionSecret)))))
                .recover(e ->
                        e instanceof LinkUnusable ? Future.succeededFuture(Optional.empty()) : Future.failedFuture(e));
    }

    /** Notes, in the transaction that did it, that the tenant went live through this link. */
    Future<Void> complete(SqlConnection tx, TenantId tenant, String id) {
        return SetupLinkRows.complete(tx, tenant, id);
    }

    private Future<Tenant> tenantOf(String id) {
        var matcher = ID.matcher(id);
        if (!matcher.matches()) {
            return Future.failedFuture(new LinkUnusable());
        }
        return tenants.bySlug(matcher.group(1))
                .compose(found -> found.filter(tenant -> tenant.status() != TenantStatus.SUSPENDED)
                        .map(Future::succeededFuture)
                        .orElseGet(() -> Future.failedFuture(new LinkUnusable())));
    }

    // The audit log names the link, never the secret that was tried; an id that this tenant never had is cut short.
    private static Future<Void> refused(SqlConnection tx, TenantId tenant, String id, String reason) {
        String shown = reason.equals("unknown") ? id.substring(0, id.indexOf('.') + 5) + "…" : id;
        return AuditTrail.append(
                tx,
                tenant,
                AuditEvent.of("anonymous", "setup_link.refused", "setup_link:" + shown)
                        .because(reason));
    }

    private static Future<Void> audit(SqlConnection tx, TenantId tenant, String actor, String action, SetupLink link) {
        return AuditTrail.append(
                tx,
                tenant,
                AuditEvent.of(actor, action, "setup_link:" + link.id())
                        .with(new JsonObject()
                                .put(
                                        "purposes",
                                        new JsonArray(link.purposes().stream()
                                                .map(SetupPurpose::word)
                                                .sorted()
                                                .toList()))
                                .put("expires_at", link.expiresAt().toString())));
    }
}
