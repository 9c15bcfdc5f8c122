package dev.sallyport.tenant.domain;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.domain.DomainRefused.Reason;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The tenants' domains. Several tenants may claim one; whoever proves it first owns it, and only then does it lead anybody anywhere.
 */
public final class Domains {
    private static final String COLUMNS = "domain, status, txt_value, created_at, checked_at, verified_at";
    private static final String INSERT = """
            INSERT INTO domains (tenant_id, domain, txt_value) VALUES ($1, $2, $3)
            ON CONFLICT (tenant_id, domain) DO UPDATE SET txt_value = domains.txt_value RETURNING\s""" + COLUMNS;
    private static final String CHECKED = """
            UPDATE domains SET checked_at = now(), status = CASE WHEN $3 THEN 'verified' ELSE status END,
              verified_at = CASE WHEN $3 THEN coalesce(verified_at, now()) ELSE verified_at END
            WHERE tenant_id = $1 AND domain = $2 RETURNING\s""" + COLUMNS;
    // Another tenant's row stays as it is, and then none comes back.
    private static final String ROUTE = """
            INSERT INTO domain_routes (domain, tenant_id) VALUES ($2, $1)
            ON CONFLICT (domain) DO UPDATE SET tenant_id = domain_routes.tenant_id WHERE domain_routes.tenant_id = $1 RETURNING domain""";

    private final Database database;
    private final TxtLookup lookup;

    public Domains(Database database, TxtLookup lookup) {
        this.database = database;
        this.lookup = lookup;
    }

    /** A tenant's domains in alphabetical order. */
    public Future<List<Domain>> list(TenantId tenant) {
        String sql = "SELECT " + COLUMNS + " FROM domains WHERE tenant_id = $1 ORDER BY domain";
        return database.tenants().query(tenant, sql, Tuple.of(tenant.value())).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(Domains::domain)
                .toList());
    }

    /** The domains that a tenant has proven to be its own, in ASCII form. */
    public Future<Set<String>> verified(TenantId tenant) {
        return database.tenants()
                .query(tenant, "SELECT domain FROM domains WHERE status = 'verified'", Tuple.tuple())
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> row.getString("domain"))
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** One domain of a tenant. */
    public Future<Optional<Domain>> find(TenantId tenant, String domain) {
        return list(tenant).map(all -> all.stream()
                .filter(one -> one.name().ascii().equals(domain))
                .findFirst());
    }

    /** Notes that a tenant claims a domain, and says what to put into the DNS. Fails with {@link DomainRefused}. */
    public Future<Domain> add(TenantId tenant, String text, String actor) {
        DomainName name;
        try {
            name = DomainName.of(text);
        } catch (DomainRefused refused) {
            return Future.failedFuture(refused);
        }
        Tuple row = Tuple.of(tenant.value(), name.ascii(), "sallyport-verification=" + Bearer.random(20));
        return owner(name.ascii())
                .compose(owner -> owner.filter(other -> !other.equals(tenant)).isPresent()
                        ? Future.failedFuture(new DomainRefused(Reason.TAKEN))
                        : database.tenants().transaction(tenant, tx -> tx.preparedQuery(INSERT)
                                .execute(row)
                                .map(rows -> domain(rows.iterator().next()))
                                .compose(added -> audit(tx, tenant, actor, "domain.added", name)
                                        .map(added))));
    }

    /**
     * Looks for the proof. If it is there, the domain leads to this tenant from now on.
     *
     * @return the domain as it is now, still pending if there is no proof; empty if the tenant never claimed it; fails with {@link
     *     DomainRefused} TAKEN if another tenant proved it before
     */
    public Future<Optional<Domain>> verify(TenantId tenant, String domain, String actor) {
        return find(tenant, domain)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(found)
                        : lookup.txt(found.get().txtName())
                                // A name server that is away is no proof and no fault of the caller.
                                .otherwise(List.of())
                                .map(records -> records.contains(found.get().txtValue()))
                                .compose(proven -> settle(tenant, found.get(), proven, actor))
                                .map(Optional::of));
    }

    /** Gives a domain up. False if the tenant never claimed it. */
    public Future<Boolean> remove(TenantId tenant, String domain, String actor) {
        return database.tenants()
                .transaction(tenant, tx -> tx.preparedQuery("DELETE FROM domains WHERE tenant_id = $1 AND domain = $2")
                        .execute(Tuple.of(tenant.value(), domain))
                        .compose(gone -> gone.rowCount() == 0
                                ? Future.succeededFuture(false)
                                : audit(tx, tenant, actor, "domain.removed", new DomainName(domain))
                                        .map(true)));
    }

    /** The tenant that has proven the domain of an e-mail address (or the domain itself); for home-realm discovery. */
    public Future<Optional<TenantId>> route(String addressOrDomain) {
        return DomainName.ofAddress(addressOrDomain)
                .map(this::owner)
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Future<Optional<TenantId>> owner(String domain) {
        return database.platform("SELECT tenant_id FROM domain_routes WHERE domain = $1", Tuple.of(domain))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new TenantId(row.getUUID("tenant_id")))
                        .findFirst());
    }

    private Future<Domain> settle(TenantId tenant, Domain domain, boolean proven, String actor) {
        UUID id = tenant.value();
        String name = domain.name().ascii();
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery(CHECKED)
                .execute(Tuple.of(id, name, proven))
                .map(rows -> domain(rows.iterator().next()))
                .compose(checked -> proven
                        ? tx.preparedQuery(ROUTE)
                                .execute(Tuple.of(id, name))
                                .compose(Domains::routed)
                                .compose(routed -> audit(tx, tenant, actor, "domain.verified", domain.name()))
                                .map(checked)
                        : Future.succeededFuture(checked)));
    }

    private static Future<Void> routed(RowSet<Row> rows) {
        return rows.size() == 1 ? Future.succeededFuture() : Future.failedFuture(new DomainRefused(Reason.TAKEN));
    }

    private static Future<Void> audit(SqlConnection tx, TenantId tenant, String actor, String action, DomainName name) {
        return AuditTrail.append(tx, tenant, AuditEvent.of(actor, action, "domain:" + name.ascii()));
    }

    private static Domain domain(Row row) {
        DomainName name = new DomainName(row.getString("domain"));
        return new Domain(
                name,
                row.getString("status").equals("verified"),
                name.challengeName(),
                row.getString("txt_value"),
                row.getOffsetDateTime("created_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("checked_at")).map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getOffsetDateTime("verified_at")).map(OffsetDateTime::toInstant));
    }
}
