package dev.sallyport.broker.admin;

import dev.sallyport.broker.token.VerifiedToken;
import dev.sallyport.roles.GrantAuthority;
import dev.sallyport.roles.Permission;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** Who calls the admin API. */
sealed interface Principal {
    /** As in the audit log. */
    String actor();

    /** What they may hand on. */
    GrantAuthority authority();

    /** The operator of the platform. */
    record Operator() implements Principal {
        @Override
        public String actor() {
            return "operator";
        }

        @Override
        public GrantAuthority authority() {
            return GrantAuthority.operator();
        }
    }

    /**
     * An admin of one tenant.
     *
     * @param permissions what the token carries and the person still holds at this moment
     */
    record Admin(Tenant tenant, UserId user, SortedSet<Permission> permissions, VerifiedToken token)
            implements Principal {
        public Admin {
            permissions = Collections.unmodifiableSortedSet(new TreeSet<>(permissions));
        }

        @Override
        public String actor() {
            return "user:" + user;
        }

        @Override
        public GrantAuthority authority() {
            return GrantAuthority.holding(permissions);
        }
    }
}
