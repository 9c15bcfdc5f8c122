package dev.sallyport.scim.pull;

import dev.sallyport.database.Database;
import dev.sallyport.scim.Names;
import dev.sallyport.scim.ScimException;
import dev.sallyport.scim.ScimUser;
import dev.sallyport.scim.directory.Directory;
import dev.sallyport.scim.pull.GroupReader.Groups;
import dev.sallyport.scim.reconcile.Confirmation;
import dev.sallyport.scim.reconcile.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/** One directory, opened for one run. */
public final class DirectoryReader {
    /** Statuses by which a server says that it has no such endpoint. */
    static final Set<Integer> NOT_OFFERED = Set.of(403, 404, 405, 501);

    private final Directory directory;
    private final DirectoryCalls calls;
    private final Database database;
    private final PullLimits limits;

    DirectoryReader(Directory directory, DirectoryCalls calls, Database database, PullLimits limits) {
        this.directory = directory;
        this.calls = calls;
        this.database = database;
        this.limits = limits;
    }

    /**
     * Reads all people and groups into {@code sync_entries}; what was there of this tenant goes first. The directory's faults are in the
     * answer, a failure is ours.
     *
     * @param fence of the run; pages are taken only while the run has it
     */
    public Future<Reading> readAll(UUID run, long fence) {
        Staging staging = new Staging(database, directory.tenant(), run, fence);
        AtomicBoolean usersTell = new AtomicBoolean();
        return staging.clear()
                .compose(done -> config())
                .compose(config -> people(config, staging, Optional.empty(), usersTell)
                        .compose(snapshot -> groups(config, staging, snapshot, usersTell.get())))
                .recover(DirectoryReader::unread);
    }

    /**
     * Reads the people whose resources changed since an instant. From this nobody's absence follows, and groups are not read. A server
     * that cannot filter gives all people.
     */
    public Future<Reading> readChanged(UUID run, long fence, Instant since) {
        Staging staging = new Staging(database, directory.tenant(), run, fence);
        return staging.clear()
                .compose(done -> config())
                .<Reading>compose(config -> {
                    Optional<String> filter =
                            config.filter() ? Optional.of("meta.lastModified ge \"" + since + "\"") : Optional.empty();
                    return people(config, staging, filter, new AtomicBoolean())
                            .compose(snapshot -> staging.forgetGroups().map(snapshot))
                            .map(snapshot -> new Reading(
                                    Snapshot.incomplete(
                                            snapshot.complete() ? "incremental" : snapshot.reason(),
                                            snapshot.totalSeen(),
                                            snapshot.announcedFirst(),
                                            snapshot.announcedLast()),
                                    false,
                                    List.of()));
                })
                .recover(DirectoryReader::unread);
    }

    /** Asks for one person directly; 404 and 410 are the only words for "gone". */
    public Future<Confirmation> confirm(String resourceId) {
        if (resourceId.equals(".") || resourceId.equals("..")) {
            return Future.succeededFuture(Confirmation.UNKNOWN);
        }
        String segment = URLEncoder.encode(resourceId, StandardCharsets.UTF_8).replace("+", "%20");
        return calls.document("/Users/" + segment)
                .map(document -> judged(resourceId, new ScimUser(document)))
                .recover(e -> e instanceof PullFault fault
                        ? Future.succeededFuture(
                                fault.status() == 404 || fault.status() == 410
                                        ? Confirmation.GONE
                                        : Confirmation.UNKNOWN)
                        : Future.failedFuture(e));
    }

    /** How many people the directory says it has. Fails with {@link PullFault}. */
    Future<Integer> count() {
        return config().compose(config ->
                        calls.document("/Users?" + (config.cursor() ? "cursor=" : "startIndex=1") + "&count=1"))
                .map(document -> Page.of(document).total());
    }

    private static Future<Reading> unread(Throwable failure) {
        return failure instanceof PullFault
                ? Future.succeededFuture(
                        new Reading(Snapshot.incomplete(failure.getMessage(), 0, -1, -1), false, List.of()))
                : Future.failedFuture(failure);
    }

    private static Confirmation judged(String resourceId, ScimUser user) {
        if (!user.id().equals(Optional.of(resourceId))) {
            return Confirmation.UNKNOWN;
        }
        try {
            return user.active() ? Confirmation.PRESENT : Confirmation.INACTIVE;
        } catch (ScimException e) {
            return Confirmation.UNKNOWN;
        }
    }

    private Future<ProviderConfig> config() {
        return calls.document("/ServiceProviderConfig")
                .map(ProviderConfig::of)
                .recover(e -> e instanceof PullFault fault && NOT_OFFERED.contains(fault.status())
                        ? Future.succeededFuture(ProviderConfig.UNKNOWN)
                        : Future.failedFuture(e));
    }

    private Future<Snapshot> people(
            ProviderConfig config, Staging staging, Optional<String> filter, AtomicBoolean usersTell) {
        return new Paging(calls, limits, config, "Users", filter, (number, resources) -> {
                    if (resources.stream().anyMatch(DirectoryReader::tellsGroups)) {
                        usersTell.set(true);
                    }
                    return staging.page(number, resources);
                })
                .walk();
    }

    private Future<Reading> groups(ProviderConfig config, Staging staging, Snapshot people, boolean usersTell) {
        if (people.announcedFirst() < 0) {
            return Future.succeededFuture(new Reading(people, false, List.of()));
        }
        return new GroupReader(calls, limits, staging)
                .read(config, usersTell)
                .map((Groups groups) -> new Reading(people, groups.read(), groups.notes()));
    }

    private static boolean tellsGroups(JsonObject resource) {
        return Names.value(resource, "groups") instanceof JsonArray;
    }
}
