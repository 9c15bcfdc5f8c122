package dev.sallyport.tenant.domain;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.alarm.Alarms;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.domain.DomainRefused.Reason;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
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
    private static final String COLUMNS =
            "domain, status, txt_value, created_at, checked_at, verified_at, missing_since";
    private static final String INSERT = """
            INSERT INTO domains (tenant_id, domain, txt_value) VALUES ($1, $2, $3)
            ON CONFLICT (tenant_id, domain) DO UPDATE SET txt_value = domains.txt_value RETURNING\s""" + COLUMNS;
    private static final String DUE = "SELECT " + COLUMNS
            + " FROM domains WHERE tenant_id = $1 AND next_check_at <= now() ORDER BY next_check_at LIMIT 20";
    private static final String CHECKED = """
            UPDATE domains SET checked_at = now(), status = $3, verified_at = CASE WHEN $3 = 'verified' THEN coalesce(verified_at, now()) END,
              missing_since = CASE WHEN $4 THEN coalesce(missing_since, now()) END, next_check_at = now() + $5 * interval '1 second'
            WHERE tenant_id = $1 AND domain = $2 RETURNING\s""" + COLUMNS;
    private static final String UNROUTE = "DELETE FROM domain_routes WHERE domain = $2 AND tenant_id = $1";
    private static final String LATER = """
            UPDATE domains SET next_check_at = now() + $3 * interval '1 second' WHERE tenant_id = $1 AND domain = $2""";
    private static final String SOONEST = "SELECT min(next_check_at) AS at FROM domains WHERE tenant_id = $1";
    /** When the background has to look at this tenant's domains again. */
    private static final String WAKE = """
            INSERT INTO jobs (tenant_id, kind, due_at) VALUES ($1, 'domain_watch', now() + interval '1 minute')
            ON CONFLICT (tenant_id, kind, key) DO UPDATE SET due_at = least(jobs.due_at, EXCLUDED.due_at)""";

    private static final String LOST = "domain_proof_lost";
    // Another tenant's row stays as it is, and then none comes back.
    private static final String ROUTE = """
            INSERT INTO domain_routes (domain, tenant_id) VALUES ($2, $1)
            ON CONFLICT (domain) DO UPDATE SET tenant_id = domain_routes.tenant_id WHERE domain_routes.tenant_id = $1 RETURNING domain""";

    private final Database database;
    private final TxtLookup lookup;
    private final Clock clock;

    public Domains(Database database, TxtLookup lookup, Clock clock) {
        this.database = database;
        this.lookup = lookup;
        this.clock = clock;
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
                                        .compose(v -> tx.preparedQuery(WAKE).execute(Tuple.of(tenant.value())))
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
                        : look(tenant, found.get(), actor).map(Optional::of));
    }

    /**
     * Looks for the proofs of a tenant's domains whose time has come.
     *
     * @return when the next one is due; empty if the tenant has no domains
     */
    Future<Optional<Instant>> lookAgain(TenantId tenant) {
        return database.tenants().query(tenant, DUE, Tuple.of(tenant.value())).compose(rows -> {
            Future<?> done = Future.succeededFuture();
            for (Row row : rows) {
                // Somebody else has it meanwhile: it stays unproven, and its own admin is told when they look.
                done = done.compose(v -> look(tenant, domain(row), "system")
                        .recover(
                                e -> e instanceof DomainRefused ? later(tenant, domain(row)) : Future.failedFuture(e)));
            }
            return done.compose(v -> database.tenants().query(tenant, SOONEST, Tuple.of(tenant.value())))
                    .map(soonest -> Optional.ofNullable(
                                    soonest.iterator().next().getOffsetDateTime("at"))
                            .map(OffsetDateTime::toInstant));
        });
    }

    private Future<Domain> look(TenantId tenant, Domain domain, String actor) {
        return lookup.txt(domain.txtName())
                .map(records -> records.contains(domain.txtValue()) ? Proof.THERE : Proof.GONE)
                // A name server that is away is no proof, no loss of one, and no fault of the caller.
                .otherwise(Proof.UNKNOWN)
                .compose(proof -> settle(tenant, domain, proof, actor));
    }

    private Future<Domain> later(TenantId tenant, Domain domain) {
        return database.tenants()
                .query(tenant, LATER, Tuple.of(tenant.value(), domain.name().ascii(), 86_400.0))
                .map(domain);
    }

    /** Gives a domain up. False if the tenant never claimed it. */
    public Future<Boolean> remove(TenantId tenant, String domain, String actor) {
        return database.tenants()
                .transaction(tenant, tx -> tx.preparedQuery("DELETE FROM domains WHERE tenant_id = $1 AND domain = $2")
                        .execute(Tuple.of(tenant.value(), domain))
                        .compose(gone -> gone.rowCount() == 0
                                ? Future.succeededFuture(false)
                                : audit(tx, tenant, actor, "domain.removed", new DomainName(domain))
                                        .compose(v -> Alarms.resolve(tx, tenant, LOST, "domain:" + domain))
                                        .map(true)));
    }

    /** The tenant that has proven a domain. */
    Future<Optional<TenantId>> owner(String domain) {
        return database.platform("SELECT tenant_id FROM domain_routes WHERE domain = $1", Tuple.of(domain))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(row -> new TenantId(row.getUUID("tenant_id")))
                        .findFirst());
    }

    private Future<Domain> settle(TenantId tenant, Domain domain, Proof proof, String actor) {
        UUID id = tenant.value();
        String name = domain.name().ascii();
        Proof.Standing next = Proof.judge(domain, proof, clock.instant());
        Tuple row = Tuple.of(id, name, next.verified() ? "verified" : "pending", next.missing(), (double)
                next.again().toSeconds());
        return database.tenants().transaction(tenant, tx -> tx.preparedQuery(CHECKED)
                .execute(row)
                .compose(rows -> rows.size() == 0
                        // It was given up while the name servers were asked.
                        ? Future.succeededFuture(domain)
                        : follow(tx, tenant, domain, domain(rows.iterator().next()), actor)));
    }

    private static Future<Domain> follow(SqlConnection tx, TenantId tenant, Domain before, Domain after, String actor) {
        Tuple row = Tuple.of(tenant.value(), after.name().ascii());
        Future<?> told = Future.succeededFuture();
        if (after.verified() && !before.verified()) {
            told = tx.preparedQuery(ROUTE)
                    .execute(row)
                    .compose(Domains::routed)
                    .compose(v -> audit(tx, tenant, actor, "domain.verified", after.name()));
        } else if (before.verified() && !after.verified()) {
            told = tx.preparedQuery(UNROUTE)
                    .execute(row)
                    .compose(v -> audit(tx, tenant, actor, "domain.lost", after.name()));
        }
        String subject = "domain:" + after.name().ascii();
        return told.compose(v -> after.missingSince().isPresent()
                        ? Alarms.raise(
                                tx,
                                tenant,
                                LOST,
                                subject,
                                new JsonObject()
                                        .put(
                                                "missing_since",
                                                after.missingSince().get().toString())
                                        .put(
                                                "leads_until",
                                                Proof.end(after.missingSince().get())
                                                        .toString()))
                        : after.verified() ? Alarms.resolve(tx, tenant, LOST, subject) : Future.succeededFuture())
                .map(after);
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
                Optional.ofNullable(row.getOffsetDateTime("verified_at")).map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getOffsetDateTime("missing_since")).map(OffsetDateTime::toInstant));
    }
}
