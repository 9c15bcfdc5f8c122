package dev.sallyport.scim.pull;

import dev.sallyport.scim.ScimGroup;
import dev.sallyport.scim.reconcile.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the directory's groups with their members, after the people. A group is known by its display name; where two groups share one,
 * neither is used, because a rule could not tell them apart. Groups within groups are not followed.
 */
final class GroupReader {
    private static final int MAX_SINGLE_READS = 2_000;

    /**
     * What came of it.
     *
     * @param read whether the groups are known as a whole
     * @param notes what an administrator should know; fixed words, and names of groups
     */
    record Groups(boolean read, List<String> notes) {}

    private final DirectoryCalls calls;
    private final PullLimits limits;
    private final Staging staging;
    private final Map<String, String> idByName = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final Set<String> ambiguous = new TreeSet<>();
    private final List<String> silent = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private boolean tellsMembers;
    private boolean usersTell;

    GroupReader(DirectoryCalls calls, PullLimits limits, Staging staging) {
        this.calls = calls;
        this.limits = limits;
        this.staging = staging;
    }

    /** Whether a text can be a group's value or id. */
    static boolean isUsable(String text) {
        return text.length() <= 500 && text.chars().noneMatch(Character::isISOControl);
    }

    /**
     * Reads them.
     *
     * @param peopleNameThem whether the people's own resources name their groups
     */
    Future<Groups> read(ProviderConfig config, boolean peopleNameThem) {
        usersTell = peopleNameThem;
        Paging paging = new Paging(calls, limits, config, "Groups", Optional.empty(), (number, groups) -> take(groups));
        return paging.walk()
                .compose(snapshot -> snapshot.complete()
                        ? readSilent().compose(done -> settle())
                        : brokenOff(snapshot, DirectoryReader.NOT_OFFERED.contains(paging.faultStatus())))
                .recover(e -> e instanceof PullFault ? withoutGroups(e.getMessage()) : Future.failedFuture(e));
    }

    private Future<Groups> settle() {
        // A directory that suddenly has no groups at all takes nobody's memberships away.
        if (ids.isEmpty() && !usersTell) {
            return ifAnythingIsHeld("there are none");
        }
        if (!tellsMembers && !usersTell) {
            return withoutGroups("the groups do not tell their members");
        }
        ambiguous.forEach(name -> notes.add("duplicate_group_name:" + name));
        return staging.settleGroups(List.copyOf(ambiguous)).map(done -> new Groups(true, List.copyOf(notes)));
    }

    /** Where no groups are offered, the people's own word counts, if they give it. A list that broke off says nothing at all. */
    private Future<Groups> brokenOff(Snapshot snapshot, boolean notOffered) {
        if (!notOffered) {
            return withoutGroups(snapshot.reason());
        }
        return usersTell
                ? staging.settleGroups(List.of()).map(done -> new Groups(true, List.of()))
                : ifAnythingIsHeld("they are not offered");
    }

    /** A directory without groups is worth a note only if somebody is in one of them here. */
    private Future<Groups> ifAnythingIsHeld(String why) {
        return staging.holdsMemberships()
                .compose(holds -> holds ? withoutGroups(why) : Future.succeededFuture(new Groups(false, List.of())));
    }

    private Future<Groups> withoutGroups(String why) {
        return staging.forgetGroups().map(done -> new Groups(false, List.of("groups_not_read:" + why)));
    }

    private Future<Integer> take(List<JsonObject> resources) {
        Future<Void> done = Future.succeededFuture();
        int fresh = 0;
        for (JsonObject resource : resources) {
            ScimGroup group = new ScimGroup(resource);
            String id = group.id().orElseThrow();
            if (ids.add(id)) {
                fresh++;
                done = done.compose(before -> take(id, group));
            }
        }
        int counted = fresh;
        return done.map(counted);
    }

    private Future<Void> take(String id, ScimGroup group) {
        String name = group.displayName().orElse("");
        if (name.isEmpty() || !isUsable(name)) {
            notes.add("group_without_usable_name:" + id);
            return Future.succeededFuture();
        }
        if (idByName.putIfAbsent(name, id) != null) {
            ambiguous.add(name);
        }
        if (!group.tellsMembers()) {
            silent.add(id);
            return Future.succeededFuture();
        }
        tellsMembers = true;
        return members(id, name, group);
    }

    private Future<Void> members(String id, String name, ScimGroup group) {
        List<String> members = group.members();
        if (members.size() > limits.maxMembers()) {
            ambiguous.add(name);
            notes.add("too_many_members:" + name);
            return Future.succeededFuture();
        }
        return members.isEmpty() ? Future.succeededFuture() : staging.members(id, name, members);
    }

    /**
     * Some servers leave members out of lists and tell them one group at a time. Where some groups of the list had members, the others have
     * none; where the first one asked for has none either, the server does not tell.
     */
    private Future<Void> readSilent() {
        if (tellsMembers || silent.isEmpty()) {
            return Future.succeededFuture();
        }
        if (silent.size() > MAX_SINGLE_READS) {
            return Future.failedFuture(new PullFault("too many groups to read one by one"));
        }
        return readOne(silent.get(0)).compose(done -> tellsMembers ? readFrom(1) : Future.succeededFuture());
    }

    private Future<Void> readFrom(int at) {
        return at == silent.size()
                ? Future.succeededFuture()
                : readOne(silent.get(at)).compose(done -> readFrom(at + 1));
    }

    private Future<Void> readOne(String id) {
        String segment = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        return calls.document("/Groups/" + segment).compose(document -> {
            ScimGroup group = new ScimGroup(document);
            if (!group.id().equals(Optional.of(id))) {
                return Future.failedFuture(new PullFault("a group answered with another id"));
            }
            if (!group.tellsMembers()) {
                return Future.succeededFuture();
            }
            tellsMembers = true;
            return members(id, group.displayName().orElse(""), group);
        });
    }
}
