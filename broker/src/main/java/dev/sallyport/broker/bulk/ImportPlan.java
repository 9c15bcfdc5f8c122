package dev.sallyport.broker.bulk;

import dev.sallyport.roles.Catalogue;
import dev.sallyport.tenant.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Says what a file would do, row by row, and does nothing. A pure function of (rows, what is known, catalogue): the report, the approval and
 * the application all ask this one. A file never lets anybody in again who is off, never takes an account from the directory, and never
 * takes anything away but a membership that it names differently.
 */
public final class ImportPlan {
    private ImportPlan() {}

    /** What a row comes to. */
    public enum Step {
        /** A new account that waits for its owner. */
        CREATE,
        /** An account that changes. */
        UPDATE,
        /** An account that is as the row says. */
        UNCHANGED,
        /** The row contradicts what is there. */
        CONFLICT,
        /** The row is wrong in itself. */
        ERROR;

        /** The word in the database and in the admin API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether applying the row changes anything. */
        public boolean changes() {
            return this == CREATE || this == UPDATE;
        }

        static Step of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * A row and what it comes to.
     *
     * @param detail what is wrong, or what would change; may be empty
     * @param user whom it concerns, if they have an account
     */
    public record Planned(PersonRow row, Step step, String detail, Optional<UserId> user) {}

    /** Plans all rows, in their order. */
    public static List<Planned> of(List<PersonRow> rows, Known known, Catalogue catalogue) {
        return rows.stream().map(row -> of(row, known, catalogue)).toList();
    }

    private static Planned of(PersonRow row, Known known, Catalogue catalogue) {
        if (!row.faults().isEmpty()) {
            return new Planned(row, Step.ERROR, String.join("; ", row.faults()), Optional.empty());
        }
        Optional<String> unknown =
                row.roles().stream().filter(role -> !catalogue.isMappable(role)).findFirst();
        if (unknown.isPresent()) {
            String detail = "roles: there is no role '" + unknown.get() + "' that a tenant may have";
            return new Planned(row, Step.ERROR, detail, Optional.empty());
        }
        Optional<Known.Account> account = Optional.ofNullable(known.byName().get(row.userName()));
        Optional<UserId> user = account.map(Known.Account::id);
        Optional<String> conflict = conflict(row, account, known);
        if (conflict.isPresent()) {
            return new Planned(row, Step.CONFLICT, conflict.get(), user);
        }
        if (account.isEmpty()) {
            return new Planned(row, Step.CREATE, "", user);
        }
        List<String> changes = changes(row, account.get());
        if (account.get().fromDirectory() && touchesProfile(changes)) {
            return new Planned(row, Step.CONFLICT, "the directory rules this profile", user);
        }
        return changes.isEmpty()
                ? new Planned(row, Step.UNCHANGED, "", user)
                : new Planned(row, Step.UPDATE, "changes " + String.join(", ", changes), user);
    }

    private static Optional<String> conflict(PersonRow row, Optional<Known.Account> account, Known known) {
        Optional<UserId> user = account.map(Known.Account::id);
        Optional<UserId> owner = row.subject().map(known.bySubject()::get);
        if (owner.isPresent() && !owner.equals(user)) {
            return Optional.of("subject: belongs to another account");
        }
        Optional<UserId> awaiting = Optional.ofNullable(known.awaitedNames().get(row.userName()));
        if (awaiting.isPresent() && !awaiting.equals(user)) {
            return Optional.of("user_name: is awaited for another account");
        }
        if (account.isEmpty()) {
            boolean left = known.left().contains(row.userName())
                    || row.email().map(known.left()::contains).orElse(false);
            return left
                    ? Optional.of(
                            "this person was turned off; only an administrator or the directory lets them in again")
                    : Optional.empty();
        }
        if (account.get().suspended()) {
            return Optional.of("this person is suspended; only an administrator or the directory lets them in again");
        }
        boolean otherSubject = account.get().linked() && row.subject().isPresent() && owner.isEmpty();
        return otherSubject ? Optional.of("subject: the account signs in as somebody else") : Optional.empty();
    }

    private static List<String> changes(PersonRow row, Known.Account account) {
        List<String> changes = new ArrayList<>();
        differs(changes, "email", row.email(), account.email());
        differs(changes, "display_name", row.displayName(), account.displayName());
        differs(changes, "given_name", row.givenName(), account.givenName());
        differs(changes, "family_name", row.familyName(), account.familyName());
        if (row.groups().isPresent() && !Set.copyOf(row.groups().get()).equals(account.groups())) {
            changes.add("groups");
        }
        if (!account.roles().containsAll(row.roles())) {
            changes.add("roles");
        }
        boolean awaitsIt =
                account.awaits() && (row.subject().isEmpty() || row.subject().equals(account.awaitedSubject()));
        if (!account.linked() && !awaitsIt) {
            changes.add("sign-in");
        }
        return changes;
    }

    private static void differs(List<String> changes, String name, Optional<String> wanted, Optional<String> now) {
        if (wanted.isPresent() && !wanted.equals(now)) {
            changes.add(name);
        }
    }

    private static boolean touchesProfile(List<String> changes) {
        return changes.stream().anyMatch(change -> change.equals("email") || change.endsWith("_name"));
    }
}
