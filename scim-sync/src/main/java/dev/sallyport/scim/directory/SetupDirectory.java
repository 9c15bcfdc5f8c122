package dev.sallyport.scim.directory;

import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.roles.Violation;
import dev.sallyport.scim.run.RunMode;
import dev.sallyport.scim.run.RunState;
import dev.sallyport.scim.run.SyncRefused;
import dev.sallyport.scim.run.SyncRun;
import dev.sallyport.scim.run.SyncRuns;
import dev.sallyport.tenant.setup.DirectorySettings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The tenant's directory as the setup pages show and save it. */
public final class SetupDirectory implements DirectorySettings {
    private static final Duration INTERVAL = Duration.ofMinutes(15);

    private static final int RUNS_LOOKED_AT = 20;

    private final Directories directories;
    private final SyncRuns runs;

    public SetupDirectory(Directories directories, SyncRuns runs) {
        this.directories = directories;
        this.runs = runs;
    }

    @Override
    public Future<Boolean> tryOut(TenantId tenant, String actor) {
        return runs.queue(tenant, RunMode.FULL, true, actor)
                .map(true)
                .recover(e -> e instanceof SyncRefused ? Future.succeededFuture(false) : Future.failedFuture(e));
    }

    @Override
    public Future<Optional<Tried>> tried(TenantId tenant) {
        return runs.list(tenant, Optional.empty(), RUNS_LOOKED_AT).map(all -> all.stream()
                .filter(SyncRun::dryRun)
                .findFirst()
                .map(run -> new Tried(
                        run.state().isAtRest(),
                        run.state() == RunState.FAILED ? run.reason() : "",
                        run.counts().found(),
                        run.counts().admitted(),
                        run.counts().suspected()
                                + run.counts().removed()
                                + run.counts().held(),
                        run.createdAt())));
    }

    @Override
    public Future<Optional<Current>> current(TenantId tenant) {
        return directories
                .find(tenant)
                .map(found -> found.map(directory ->
                        new Current(directory.baseUrl(), true, directory.maxRemovals(), directory.maxRemovalRatio())));
    }

    /** What the pages do not ask for stays as it is; a new bearer token makes it the credential. */
    @Override
    public Future<Void> save(TenantId tenant, Wanted wanted, String actor) {
        return directories
                .find(tenant)
                .compose(found -> directories.put(tenant, change(found, wanted), Optional.empty(), actor))
                .<Void>mapEmpty()
                .recover(e -> Future.failedFuture(refused(e)));
    }

    private static DirectoryChange change(Optional<Directory> found, Wanted wanted) {
        DirectoryAuth auth = wanted.bearer().isPresent()
                ? DirectoryAuth.bearer()
                : found.map(Directory::auth).orElse(DirectoryAuth.bearer());
        return new DirectoryChange(
                DirectoryChange.baseUrl(wanted.baseUrl()),
                auth,
                wanted.bearer(),
                wanted.connection().or(() -> found.flatMap(Directory::connection)),
                found.map(Directory::interval).orElse(INTERVAL),
                wanted.maxRemovals(),
                wanted.maxRemovalRatio(),
                found.map(Directory::enabled).orElse(true));
    }

    private static Throwable refused(Throwable failure) {
        if (failure instanceof InvalidDirectory invalid) {
            String field = invalid.field().startsWith("auth") ? "bearer" : invalid.field();
            return new Refused(List.of(new Violation(field, invalid.getMessage())));
        }
        if (failure instanceof OutboundRefused) {
            return new Refused(List.of(new Violation("base_url", "This address cannot be called.")));
        }
        return failure;
    }
}
