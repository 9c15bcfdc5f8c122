package dev.sallyport.scim.run;

import dev.sallyport.database.Database;
import dev.sallyport.scim.directory.Directories;
import dev.sallyport.scim.directory.Directory;
import dev.sallyport.scim.directory.DirectoryPeople;
import dev.sallyport.scim.directory.TenantAdmins;
import dev.sallyport.scim.pull.PullClient;
import dev.sallyport.tenant.TenantStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's share in the work on sync runs: looks for what is due, takes it under a lease, carries it out or on. Any number of nodes do so. */
public final class SyncWorker {
    private static final Logger LOG = LoggerFactory.getLogger(SyncWorker.class);
    private static final int MOST_ATTEMPTS = 5;
    /** When nothing is due because the tenant is not live. */
    private static final Duration LATER = Duration.ofMinutes(5);

    private final Vertx vertx;
    private final Database database;
    private final Directories directories;
    private final PullClient client;
    private final DirectoryPeople people;
    private final TenantAdmins admins;
    private final SyncSettings settings;
    private final Map<SyncLease, Future<Void>> working = new ConcurrentHashMap<>();
    private volatile boolean stopping;
    private volatile boolean crashed;
    private long timer = -1;

    /** A worker that has not begun. */
    public SyncWorker(
            Vertx vertx,
            Database database,
            Directories directories,
            PullClient client,
            DirectoryPeople people,
            TenantAdmins admins,
            SyncSettings settings) {
        this.vertx = vertx;
        this.database = database;
        this.directories = directories;
        this.client = client;
        this.people = people;
        this.admins = admins;
        this.settings = settings;
    }

    /** Begins to look for work. */
    public SyncWorker start() {
        timer = vertx.setPeriodic(settings.poll().toMillis(), id -> look());
        return this;
    }

    /** Takes nothing new, stops between two people, and leaves the rest to other nodes; waits for that, but not longer than five seconds. */
    public Future<Void> stop() {
        stopping = true;
        vertx.cancelTimer(timer);
        List<Future<Void>> ends = new ArrayList<>(working.values());
        return ends.isEmpty()
                ? Future.succeededFuture()
                : Future.any(Future.join(ends), vertx.timer(5, TimeUnit.SECONDS))
                        .otherwiseEmpty()
                        .mapEmpty();
    }

    /** Stops as a crash would: nothing is written any more, leases run out by themselves. */
    void crash() {
        stopping = true;
        crashed = true;
        vertx.cancelTimer(timer);
        working.keySet().forEach(SyncLease::stop);
        working.clear();
    }

    private void look() {
        int free = settings.runs() - working.size();
        if (stopping || free <= 0) {
            return;
        }
        SyncLease.claim(vertx, database, free, settings.lease())
                .onSuccess(leases -> leases.forEach(this::begin))
                .onFailure(e -> LOG.warn("no sync work could be claimed: {}", e.getMessage()));
    }

    private void begin(SyncLease lease) {
        Future<Void> work = (stopping ? lease.letGo() : work(lease)).recover(failure -> broken(lease, failure));
        working.put(lease, work);
        work.onComplete(done -> working.remove(lease));
    }

    private Future<Void> work(SyncLease lease) {
        return status(lease).compose(status -> directories.find(lease.tenant()).compose(directory -> {
            boolean readable = directory.filter(Directory::enabled).isPresent() && status.isPresent();
            if (!readable) {
                return abandon(lease).compose(done -> lease.end());
            }
            boolean live = status.get() == TenantStatus.ACTIVE;
            return RunRow.take(database, lease.tenant(), lease.fence(), live)
                    .compose(run ->
                            run.isEmpty() ? lease.next(LATER) : carryOn(lease, run.get(), directory.get(), live));
        }));
    }

    private Future<Void> carryOn(SyncLease lease, RunRow run, Directory directory, boolean live) {
        boolean resumed = run.run().state() == RunState.APPLYING;
        if (!live && !run.run().dryRun()) {
            return run.failed("the tenant is not active").compose(done -> lease.next(LATER));
        }
        if (lease.attempts() > MOST_ATTEMPTS) {
            return run.failed("given up after " + MOST_ATTEMPTS + " attempts")
                    .compose(done -> lease.next(directory.interval()));
        }
        if (resumed && run.isStale()) {
            return run.failed("interrupted for more than an hour; the next run reads again")
                    .compose(done -> lease.next(Duration.ofSeconds(1)));
        }
        Future<Void> planned = resumed ? Future.succeededFuture() : readAndPlan(run, directory);
        Applying applying = new Applying(database, people, directory, run, settings, () -> lease.isSure() && !stopping);
        return planned.compose(done -> applying.apply())
                .compose(done -> run.finished())
                .compose(done -> lease.next(directory.interval()))
                .recover(failure -> failure instanceof Applying.EntriesLost
                        ? run.failed(failure.getMessage()).compose(done -> lease.next(Duration.ofSeconds(1)))
                        : Future.failedFuture(failure));
    }

    private Future<Void> readAndPlan(RunRow run, Directory directory) {
        Planning planning = new Planning(database, admins, run, directory, settings.together());
        return run.reading().compose(done -> client.open(directory)).compose(reader -> {
            boolean full = run.run().mode() == RunMode.FULL
                    || directory.lastFullReadAt().isEmpty();
            // The overlap covers what changed while the last full read was under way, and clocks that disagree.
            return (full
                            ? reader.readAll(run.id(), run.fence())
                            : reader.readChanged(
                                    run.id(),
                                    run.fence(),
                                    directory.lastFullReadAt().get().minus(Duration.ofHours(1))))
                    .compose(reading -> run.read(reading.snapshot()).compose(done -> planning.plan(reading, reader)));
        });
    }

    private Future<Optional<TenantStatus>> status(SyncLease lease) {
        return database.platform(
                        "SELECT status FROM tenants WHERE id = $1",
                        Tuple.of(lease.tenant().value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(TenantStatus.of(rows.iterator().next().getString("status"))));
    }

    /** A run that was asked for before the directory was switched off does not stay in line for ever. */
    private Future<Void> abandon(SyncLease lease) {
        return RunRow.take(database, lease.tenant(), lease.fence(), false)
                .compose(run ->
                        run.isEmpty() ? Future.succeededFuture() : run.get().failed("the directory was switched off"));
    }

    private Future<Void> broken(SyncLease lease, Throwable failure) {
        if (crashed) {
            return Future.succeededFuture();
        }
        if (failure instanceof RunRow.LeaseLost) {
            return lease.letGo();
        }
        LOG.warn("sync of tenant {} could not go on", lease.tenant(), failure);
        return lease.failed(failure.getClass().getSimpleName()).otherwiseEmpty();
    }
}
