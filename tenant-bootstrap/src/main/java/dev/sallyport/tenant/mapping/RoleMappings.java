package dev.sallyport.tenant.mapping;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.database.Uuid7;
import dev.sallyport.roles.Catalogue;
import dev.sallyport.roles.Checked;
import dev.sallyport.roles.LastAdmin;
import dev.sallyport.roles.MappingRule;
import dev.sallyport.roles.Person;
import dev.sallyport.roles.Preview;
import dev.sallyport.roles.RoleMapping;
import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Each tenant's rules "whoever is in this group has these roles": kept, changed as a whole, and tried out before they hold. */
public final class RoleMappings {
    private final Vertx vertx;
    private final Database database;
    private final ConfigCache cache;
    private final Catalogues catalogues;
    private final Clock clock;
    private final ConfigCache.Region<TenantId, StoredMapping> byTenant;

    public RoleMappings(Vertx vertx, Database database, ConfigCache cache, Catalogues catalogues, Clock clock) {
        this.vertx = vertx;
        this.database = database;
        this.cache = cache;
        this.catalogues = catalogues;
        this.clock = clock;
        this.byTenant = cache.region(Duration.ofMinutes(5), tenant -> database.tenants()
                .transaction(tenant, tx -> MappingRows.read(tx, tenant)));
    }

    /** The rules in force. */
    public Future<StoredMapping> load(TenantId tenant) {
        return byTenant.get(tenant);
    }

    /** The rules as they are within a transaction, so that it needs no second connection for them. */
    public static Future<StoredMapping> within(SqlConnection tx, TenantId tenant) {
        return MappingRows.read(tx, tenant);
    }

    /**
     * Replaces all rules. A rule whose id is not one of this tenant's gets a new id.
     *
     * @param ifVersion the version the change was made for, if the caller insists
     * @return fails with {@link MappingRefused}: INVALID, or LAST_ADMIN if nobody would administer the tenant any more; or with {@link
     *     VersionChanged}
     */
    public Future<StoredMapping> save(
            TenantId tenant, List<MappingRule> rules, Optional<Long> ifVersion, String actor) {
        return catalogues
                .current()
                .compose(catalogue -> database.tenants().transaction(tenant, tx -> MappingRows.lock(tx, tenant)
                        .compose(version -> AdminLock.take(tx, tenant).map(version))
                        .compose(version -> ifVersion.isPresent() && ifVersion.get() != version.longValue()
                                ? Future.failedFuture(new VersionChanged())
                                : MappingRows.read(tx, tenant))
                        .compose(before -> replace(tx, tenant, before, rules, catalogue, actor))))
                .onSuccess(done -> cache.dropAll());
    }

    /** Says what rules would do to everybody who may sign in, without saving them. Fails with {@link MappingRefused} INVALID. */
    public Future<MappingPreview> preview(TenantId tenant, List<MappingRule> rules) {
        return catalogues.current().compose(catalogue -> database.tenants()
                .transaction(tenant, tx -> MappingRows.read(tx, tenant).compose(before -> {
                    List<MappingRule> named = withIds(rules, before);
                    return sources(tx, tenant, named)
                            .map(ok -> checked(named, catalogue))
                            .compose(after -> People.all(tx, tenant)
                                    .compose(people -> judge(people, before.mapping(), after, catalogue)));
                })));
    }

    private Future<StoredMapping> replace(
            SqlConnection tx,
            TenantId tenant,
            StoredMapping before,
            List<MappingRule> rules,
            Catalogue catalogue,
            String actor) {
        List<MappingRule> named = withIds(rules, before);
        return sources(tx, tenant, named)
                .map(ok -> checked(named, catalogue))
                .compose(after ->
                        People.all(tx, tenant).compose(people -> judge(people, before.mapping(), after, catalogue)))
                .compose(preview -> preview.lastAdminGoes()
                        ? Future.failedFuture(new MappingRefused(
                                MappingRefused.Kind.LAST_ADMIN,
                                List.of(new Violation("rules", "Nobody would administer the tenant any more."))))
                        : MappingRows.replace(tx, tenant, before, named, actor))
                .compose(version -> AuditTrail.append(
                                tx,
                                tenant,
                                AuditEvent.of(actor, "role_mapping.replaced", "role_mapping")
                                        .with(new JsonObject()
                                                .put(
                                                        "before",
                                                        MappingRows.details(
                                                                before.mapping().rules()))
                                                .put("after", MappingRows.details(named))))
                        .map(new StoredMapping(RoleMapping.stored(named), version)));
    }

    private Future<MappingPreview> judge(
            Map<Person, String> people, RoleMapping before, RoleMapping after, Catalogue catalogue) {
        Instant now = clock.instant();
        return vertx.executeBlocking(
                () -> {
                    Preview preview = Preview.of(people.keySet(), before, after, catalogue, now);
                    boolean goes = new LastAdmin(catalogue, now).goesBetween(before, after, people.keySet());
                    Map<String, String> names = new HashMap<>();
                    people.forEach((person, name) -> names.put(person.id(), name));
                    Map<String, String> concerned = new HashMap<>();
                    Stream.concat(preview.gains().stream(), preview.losses().stream())
                            .forEach(change -> concerned.put(change.person(), names.get(change.person())));
                    return new MappingPreview(preview, people.size(), concerned, goes);
                },
                false);
    }

    private static RoleMapping checked(List<MappingRule> rules, Catalogue catalogue) {
        Checked<RoleMapping> checked = RoleMapping.check(rules, catalogue);
        if (checked instanceof Checked.Invalid<RoleMapping> invalid) {
            throw MappingRefused.invalid(invalid.violations());
        }
        return checked.orElseThrow();
    }

    private static List<MappingRule> withIds(List<MappingRule> rules, StoredMapping before) {
        List<String> known =
                before.mapping().rules().stream().map(MappingRule::id).toList();
        return rules.stream()
                .map(rule -> known.contains(rule.id())
                        ? rule
                        : new MappingRule(
                                Uuid7.next().toString(),
                                rule.source(),
                                rule.groupValue(),
                                rule.roles(),
                                rule.expiresAt(),
                                rule.reason()))
                .toList();
    }

    // A group's source is the directory or a connection of this very tenant; another tenant's connection is unknown.
    private static Future<Void> sources(SqlConnection tx, TenantId tenant, List<MappingRule> rules) {
        return MappingRows.connections(tx, tenant).compose(known -> {
            List<Violation> violations = new java.util.ArrayList<>();
            for (int i = 0; i < rules.size(); i++) {
                String source = rules.get(i).source().text();
                boolean exists = rules.get(i).source().isScim()
                        || ConnectionId.parse(source).map(known::contains).orElse(false);
                if (!exists) {
                    violations.add(new Violation(
                            "rules[" + i + "].source", "must be 'scim' or the id of a connection of this tenant"));
                }
            }
            return violations.isEmpty()
                    ? Future.succeededFuture()
                    : Future.failedFuture(MappingRefused.invalid(violations));
        });
    }
}
