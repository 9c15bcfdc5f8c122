package dev.sallyport.tenant.routing;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.Connections;
import dev.sallyport.tenant.domain.Domains;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;

/** Each tenant's rules by which connection people sign in: kept, changed as a whole, and asked on every sign-in (from memory). */
public final class RoutingRules {
    /** The most rules of a tenant. */
    public static final int MOST = 100;

    private static final String READ = """
            SELECT domain, client_id, connection_id FROM routing_rules WHERE tenant_id = $1 ORDER BY position""";
    private static final String LOCK = """
            INSERT INTO routings (tenant_id, version) VALUES ($1, 0)
            ON CONFLICT (tenant_id) DO UPDATE SET version = routings.version RETURNING version""";
    private static final String INSERT = """
            INSERT INTO routing_rules (tenant_id, position, domain, client_id, connection_id) VALUES ($1, $2, $3, $4, $5)""";
    private static final String GROWN =
            "UPDATE routings SET version = version + 1, updated_at = now() WHERE tenant_id = $1 RETURNING version";

    private final Database database;
    private final ConfigCache cache;
    private final Connections connections;
    private final Domains domains;
    private final ConfigCache.Region<TenantId, StoredRouting> byTenant;

    public RoutingRules(Database database, ConfigCache cache, Connections connections, Domains domains) {
        this.database = database;
        this.cache = cache;
        this.connections = connections;
        this.domains = domains;
        this.byTenant = cache.region(
                Duration.ofMinutes(5), tenant -> database.tenants().transaction(tenant, tx -> read(tx, tenant)));
    }

    /** The rules in force. */
    public Future<StoredRouting> load(TenantId tenant) {
        return byTenant.get(tenant);
    }

    /** By which connection somebody signs in. */
    public Future<Routing.Decision> decide(Tenant tenant, Routing.Visitor visitor) {
        return connections.list(tenant.id()).compose(all -> {
            List<Connection> live = all.stream().filter(Connection::isActive).toList();
            if (live.size() < 2) {
                return Future.succeededFuture(Routing.decide(live, List.of(), Set.of(), visitor));
            }
            return load(tenant.id()).compose(stored -> {
                boolean byDomain = visitor.domain().isPresent()
                        && stored.rules().stream()
                                .anyMatch(rule -> rule.domain().isPresent());
                Future<Set<String>> own = byDomain ? domains.verified(tenant.id()) : Future.succeededFuture(Set.of());
                return own.map(proven -> Routing.decide(live, stored.rules(), proven, visitor));
            });
        });
    }

    /**
     * Replaces all rules.
     *
     * @param ifVersion the version the change was made for, if the caller insists
     * @return fails with {@link RoutingRefused} or {@link VersionChanged}
     */
    public Future<StoredRouting> save(
            TenantId tenant, List<RoutingRule> rules, Optional<Long> ifVersion, String actor) {
        return database.tenants()
                .transaction(tenant, tx -> tx.preparedQuery(LOCK)
                        .execute(Tuple.of(tenant.value()))
                        .compose(rows -> ifVersion.isPresent()
                                        && ifVersion.get()
                                                != rows.iterator()
                                                        .next()
                                                        .getLong("version")
                                                        .longValue()
                                ? Future.failedFuture(new VersionChanged())
                                : read(tx, tenant))
                        .compose(before -> replace(tx, tenant, before, rules, actor)))
                .onSuccess(done -> cache.dropAll());
    }

    private static Future<StoredRouting> replace(
            SqlConnection tx, TenantId tenant, StoredRouting before, List<RoutingRule> rules, String actor) {
        return check(tx, tenant, rules)
                .compose(v -> tx.preparedQuery("DELETE FROM routing_rules WHERE tenant_id = $1")
                        .execute(Tuple.of(tenant.value())))
                .compose(v -> insert(tx, tenant, rules))
                .compose(v -> tx.preparedQuery(GROWN).execute(Tuple.of(tenant.value())))
                .map(rows -> new StoredRouting(rules, rows.iterator().next().getLong("version")))
                .compose(after -> AuditTrail.append(
                                tx,
                                tenant,
                                AuditEvent.of(actor, "routing.replaced", "routing")
                                        .with(new JsonObject()
                                                .put("before", details(before.rules()))
                                                .put("after", details(rules))))
                        .map(after));
    }

    private static Future<Void> insert(SqlConnection tx, TenantId tenant, List<RoutingRule> rules) {
        List<Tuple> batch = new ArrayList<>();
        for (RoutingRule rule : rules) {
            batch.add(Tuple.of(
                    tenant.value(),
                    batch.size(),
                    rule.domain().orElse(null),
                    rule.application().orElse(null),
                    rule.connection().value()));
        }
        return batch.isEmpty()
                ? Future.succeededFuture()
                : tx.preparedQuery(INSERT).executeBatch(batch).mapEmpty();
    }

    // Connections and domains are the tenant's own ones; another tenant's are as good as unknown.
    private static Future<Void> check(SqlConnection tx, TenantId tenant, List<RoutingRule> rules) {
        Tuple id = Tuple.of(tenant.value());
        Future<RowSet<Row>> connections = tx.preparedQuery("SELECT id FROM connections WHERE tenant_id = $1")
                .execute(id);
        Future<RowSet<Row>> proven = tx.preparedQuery(
                        "SELECT domain FROM domains WHERE tenant_id = $1 AND status = 'verified'")
                .execute(id);
        return Future.all(connections, proven).compose(both -> {
            Set<ConnectionId> known = new HashSet<>();
            connections.result().forEach(row -> known.add(new ConnectionId(row.getUUID("id"))));
            Set<String> own = new HashSet<>();
            proven.result().forEach(row -> own.add(row.getString("domain")));
            List<Violation> violations = new ArrayList<>();
            if (rules.size() > MOST) {
                violations.add(new Violation("rules", "must be at most " + MOST));
            }
            for (int i = 0; i < rules.size(); i++) {
                RoutingRule rule = rules.get(i);
                if (!known.contains(rule.connection())) {
                    violations.add(new Violation(
                            "rules[" + i + "].connection", "must be the id of a connection of this tenant"));
                }
                if (rule.domain().filter(name -> !own.contains(name)).isPresent()) {
                    violations.add(
                            new Violation("rules[" + i + "].domain", "must be a domain that this tenant has proven"));
                }
            }
            return violations.isEmpty()
                    ? Future.succeededFuture()
                    : Future.failedFuture(new RoutingRefused(violations));
        });
    }

    private static Future<StoredRouting> read(SqlConnection tx, TenantId tenant) {
        Tuple id = Tuple.of(tenant.value());
        return tx.preparedQuery("SELECT version FROM routings WHERE tenant_id = $1")
                .execute(id)
                .compose(versions -> tx.preparedQuery(READ).execute(id).map(rows -> {
                    List<RoutingRule> rules = StreamSupport.stream(rows.spliterator(), false)
                            .map(RoutingRules::rule)
                            .toList();
                    return new StoredRouting(
                            rules,
                            versions.size() == 0
                                    ? 0
                                    : versions.iterator().next().getLong("version"));
                }));
    }

    private static RoutingRule rule(Row row) {
        return new RoutingRule(
                Optional.ofNullable(row.getString("domain")),
                Optional.ofNullable(row.getString("client_id")),
                new ConnectionId(row.getUUID("connection_id")));
    }

    private static JsonArray details(List<RoutingRule> rules) {
        JsonArray all = new JsonArray();
        rules.forEach(rule -> all.add(new JsonObject()
                .put("domain", rule.domain().orElse(null))
                .put("application", rule.application().orElse(null))
                .put("connection", rule.connection().toString())));
        return all;
    }
}
