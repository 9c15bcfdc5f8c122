package dev.sallyport.scim.pull;

import dev.sallyport.scim.reconcile.Snapshot;
import java.util.List;

/**
 * A finished read of a directory; the people are in {@code sync_entries}.
 *
 * @param snapshot what follows from it
 * @param groupsRead whether the people's groups are known as a whole; if not, memberships stay as they are
 * @param notes what could not be used, beyond single people: {@code duplicate_group_name:…}, {@code groups_not_read:…}
 */
public record Reading(Snapshot snapshot, boolean groupsRead, List<String> notes) {
    public Reading {
        notes = List.copyOf(notes);
    }
}
