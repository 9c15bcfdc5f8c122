package dev.sallyport.roles;

import java.util.List;

/** The answer to "why may she?" or "why may he not?". */
public sealed interface Explanation {

    /** The permission that was asked about. */
    Permission permission();

    /**
     * The person holds the permission.
     *
     * @param grants every reason for it; at least one
     */
    record May(Permission permission, List<Grant> grants) implements Explanation {

        public May {
            grants = List.copyOf(grants);
        }
    }

    /**
     * The person does not hold the permission.
     *
     * @param known whether the catalogue has such a permission at all
     * @param obstacles what would give it and why it does not, the nearest miss first; empty when no rule would
     */
    record MayNot(Permission permission, boolean known, List<Obstacle> obstacles) implements Explanation {

        public MayNot {
            obstacles = List.copyOf(obstacles);
        }
    }

    /**
     * A rule or grant that would give the permission but does not.
     *
     * @param origin the rule, or the direct grant the person once had
     * @param roles the names of its roles that hold the permission, sorted
     * @param groupMissing whether the person lacks the rule's group; never for a direct grant
     * @param expired whether it has ended
     * @param lookalikes groups of the person that look like the missing one but are not it: the same name from another
     *     source, or with other capitals or spaces around it
     */
    record Obstacle(Origin origin, List<String> roles, boolean groupMissing, boolean expired, List<Group> lookalikes) {

        public Obstacle {
            roles = List.copyOf(roles);
            lookalikes = List.copyOf(lookalikes);
        }
    }
}
