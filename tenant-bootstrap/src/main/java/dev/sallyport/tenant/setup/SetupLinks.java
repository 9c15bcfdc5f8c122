package dev.sallyport.tenant.setup;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantRegistry;
import dev.sallyport.tenant.TenantStatus;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
     * @param lifetime 1 minute to 14 days
     * @param recipient for whom it is, as a note to the operator
     * @return fails with {@link SetupLinkRefused}
     */
    public Future<NewSetupLink> create(
            Tenant tenant, Duration lifetime, Set<SetupPurpose> purposes, Optional<String> recipient, String actor) {
        if (lifetime.compareTo(SHORTEST) < 0 || lifetime.compareTo(LONGEST) > 0) {
            return Future.failedFuture(new SetupLinkRefused("expires_in", "must be 1 minute to 14 days"));
        }
        if (purposes.isEmpty()) {
            return Future.failedFuture(new SetupLinkRefused("purposes", "must name at least one purpose"));
        }
        if (recipient.map(String::length).orElse(0) > 320) {
            return Future.failedFuture(new SetupLinkRefused("recipient", "must be at most 320 characters"));
        }
        String id = tenant.slug() + "." + Bearer.random(16);
        String secret = Bearer.mint(Bearer.SETUP_LINK);
        return database.tenants().transaction(tenant.id(), tx -> SetupLinkRows.insert(
                        tx, tenant.id(), id, Bearer.hash(secret), lifetime, purposes, recipient, actor)
                .compose(link -> audit(tx, tenant.id(), actor, "setup_link.created", link)
                        .map(new NewSetupLink(link, publicUrl + "/setup/" + id + "#" + secret))));
    }

    /** The links of a tenant, the newest first, after the given id (empty for the first page). */
    public Future<List<SetupLink>> list(TenantId tenant, String afterId, int limit) {
        return database.tenants().transaction(tenant, tx -> SetupLinkRows.list(tx, tenant, afterId, limit));
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
     * @return the secret of the session that may now do the setup; fails with {@link LinkUnusable} for whatever reason it cannot be used
     */
    public Future<String> redeem(String id, String secret) {
        String session = Bearer.mint("spw_");
        return tenantOf(id).compose(tenant -> database.tenants()
                .transaction(tenant.id(), tx -> SetupLinkRows.redeem(
                                tx, tenant.id(), id, Bearer.hash(secret), Bearer.hash(session))
                        .compose(won -> won.isPresent()
                                ? audit(tx, tenant.id(), "setup:" + id, "setup_link.redeemed", won.get())
                                        .map(true)
                                : refused(tx, tenant.id(), id).map(false)))
                .compose(won -> won ? Future.succeededFuture(session) : Future.failedFuture(new LinkUnusable())));
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
    private static Future<Void> refused(SqlConnection tx, TenantId tenant, String id) {
        return SetupLinkRows.find(tx, tenant, id).compose(found -> {
            String reason = found.map(link -> link.state().word()).orElse("unknown");
            String shown = found.isPresent() ? id : id.substring(0, id.indexOf('.') + 5) + "…";
            return AuditTrail.append(
                    tx,
                    tenant,
                    AuditEvent.of("anonymous", "setup_link.refused", "setup_link:" + shown)
                            .because(reason.equals("open") ? "wrong_secret" : reason));
        });
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
