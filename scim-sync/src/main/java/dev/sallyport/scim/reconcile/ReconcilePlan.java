package dev.sallyport.scim.reconcile;

import dev.sallyport.scim.reconcile.Decision.Admit;
import dev.sallyport.scim.reconcile.Decision.Hold;
import dev.sallyport.scim.reconcile.Decision.Remove;
import dev.sallyport.scim.reconcile.Decision.Skip;
import dev.sallyport.scim.reconcile.Decision.Suspect;
import dev.sallyport.scim.reconcile.Decision.Update;
import dev.sallyport.scim.reconcile.Known.Standing;
import dev.sallyport.tenant.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What follows from a read of the directory, for each person.
 *
 * <ul>
 *   <li>Who is active there and new here gets an account; who changed is updated; who cannot be used is skipped, with the reason.
 *   <li>Who is said to be inactive loses the account; no second reading is needed.
 *   <li>Who is missing in a complete read is only suspected; the account goes when the directory, asked directly, confirms it.
 *   <li>From a read that is not complete no absence follows.
 *   <li>An empty read, and more removals than the brake allows, hold all removals until a human releases exactly these.
 *   <li>The last administrators are never removed by machine.
 *   <li>An account that was closed here while the directory vouched for it all along stays closed: only a directory that had withdrawn its
 *       word can bring somebody back by giving it again.
 * </ul>
 *
 * @param decisions ordered by resource id
 */
public record ReconcilePlan(List<Decision> decisions) {
    public ReconcilePlan {
        decisions = decisions.stream()
                .sorted(Comparator.comparing(Decision::resourceId))
                .toList();
    }

    /**
     * Plans. People and entries about whom nothing changed may be left out by the caller; entries that share a user name or an external id
     * may not.
     */
    public static ReconcilePlan of(
            Snapshot snapshot, Collection<Entry> entries, Collection<Known> known, Brakes brakes) {
        Map<String, Known> accounts = known.stream().collect(Collectors.toMap(Known::resourceId, Function.identity()));
        Set<String> userNames =
                repeated(entries, entry -> entry.userName().strip().toLowerCase(Locale.ROOT));
        Set<String> externalIds = repeated(entries, Entry::externalId);
        List<Decision> decisions = new ArrayList<>();
        List<Leaving> leaving = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Entry entry : entries) {
            seen.add(entry.resourceId());
            Known account = accounts.get(entry.resourceId());
            if (!entry.active() && entry.problem().isEmpty()) {
                if (account != null && account.standing() != Standing.OFF) {
                    leaving.add(new Leaving(account, "inactive"));
                }
            } else {
                stays(entry, account, userNames, externalIds).ifPresent(decisions::add);
            }
        }
        for (Known account : known) {
            if (!seen.contains(account.resourceId()) && account.standing() != Standing.OFF) {
                if (snapshot.complete()) {
                    leaving.add(new Leaving(account, "absent"));
                } else {
                    decisions.add(new Skip(account.resourceId(), Optional.of(account.user()), "incomplete_read"));
                }
            }
        }
        decisions.addAll(departures(snapshot, leaving, brakes));
        return new ReconcilePlan(decisions);
    }

    /** What becomes of a suspicion once the directory was asked directly. */
    public static Decision confirmed(Suspect suspect, Confirmation confirmation) {
        return switch (confirmation) {
            case GONE -> new Remove(suspect.resourceId(), suspect.user(), "gone");
            case INACTIVE -> new Remove(suspect.resourceId(), suspect.user(), "inactive");
            case PRESENT -> new Suspect(suspect.resourceId(), suspect.user(), "still_there");
            case UNKNOWN -> new Suspect(suspect.resourceId(), suspect.user(), "unconfirmed");
        };
    }

    /** The decisions of one kind. */
    public <D extends Decision> List<D> all(Class<D> kind) {
        return decisions.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private record Leaving(Known account, String reason) {}

    private static Optional<Decision> stays(
            Entry entry, Known account, Set<String> userNames, Set<String> externalIds) {
        Optional<UserId> user = Optional.ofNullable(account).map(Known::user);
        String problem = problem(entry, userNames, externalIds);
        if (!problem.isEmpty()) {
            return Optional.of(new Skip(entry.resourceId(), user, problem));
        }
        if (account == null) {
            return Optional.of(new Admit(entry.resourceId(), user, "new"));
        }
        return switch (account.standing()) {
            case OFF ->
                Optional.of(
                        account.vouched()
                                ? new Skip(entry.resourceId(), user, "closed_here")
                                : new Admit(entry.resourceId(), user, "returned"));
            case SUSPENDED -> Optional.empty();
            case LIVE ->
                account.vouched() && account.fingerprint().equals(entry.fingerprint())
                        ? Optional.empty()
                        : Optional.of(new Update(entry.resourceId(), account.user(), "changed"));
        };
    }

    private static String problem(Entry entry, Set<String> userNames, Set<String> externalIds) {
        if (!entry.problem().isEmpty()) {
            return entry.problem();
        }
        if (userNames.contains(entry.userName().strip().toLowerCase(Locale.ROOT))) {
            return "duplicate_user_name";
        }
        return externalIds.contains(entry.externalId()) ? "duplicate_external_id" : "";
    }

    private static List<Decision> departures(Snapshot snapshot, List<Leaving> leaving, Brakes brakes) {
        if (snapshot.totalSeen() == 0) {
            return leaving.stream().map(one -> hold(one, "empty_read")).toList();
        }
        if (leaving.size() > brakes.allowance()) {
            return leaving.stream().map(one -> hold(one, "brake")).toList();
        }
        Set<UserId> going = leaving.stream().map(one -> one.account().user()).collect(Collectors.toSet());
        boolean noAdminLeft = going.containsAll(brakes.admins());
        return leaving.stream()
                .map(one ->
                        noAdminLeft && brakes.admins().contains(one.account().user())
                                ? hold(one, "last_admin")
                                : departure(one))
                .toList();
    }

    private static Decision departure(Leaving one) {
        String resource = one.account().resourceId();
        Optional<UserId> user = Optional.of(one.account().user());
        return one.reason().equals("absent")
                ? new Suspect(resource, user, "absent")
                : new Remove(resource, user, one.reason());
    }

    private static Decision hold(Leaving one, String why) {
        return new Hold(one.account().resourceId(), Optional.of(one.account().user()), why, one.reason());
    }

    private static Set<String> repeated(Collection<Entry> entries, Function<Entry, String> key) {
        Set<String> once = new HashSet<>();
        Set<String> repeated = new HashSet<>();
        for (Entry entry : entries) {
            String value = key.apply(entry);
            if (!value.isEmpty() && !once.add(value)) {
                repeated.add(value);
            }
        }
        return repeated;
    }
}
