package dev.sallyport.roles;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * The one place where groups become permissions. Tokens, the access page, previews and explanations all ask this
 * function, so they cannot disagree.
 */
public final class RoleEngine {

    private RoleEngine() {}

    /**
     * Says what a person may do. The answer depends on nothing but the arguments, and not on their order. More groups,
     * grants or rules never take anything away. A group without a rule gives nothing, whatever its name. A rule or
     * grant gives nothing from the moment of its expiry on. A rule that names a role that is unknown or holds a
     * platform permission gives nothing of that role.
     *
     * @param groups the person's groups, each with its source; repeating one changes nothing
     * @param directGrants roles given to the person by hand; these may hold platform permissions
     * @param mapping the rules of the person's tenant
     * @param catalogue the vendor's permissions and roles
     * @param now the moment for which to answer
     */
    public static Access evaluate(
            Collection<Group> groups,
            Collection<DirectGrant> directGrants,
            RoleMapping mapping,
            Catalogue catalogue,
            Instant now) {
        RuleIndex.Match match = mapping.index().match(groups, now);
        long permissions = 0;
        BitSet roles = match.roles();
        for (int role = roles.nextSetBit(0); role >= 0; role = roles.nextSetBit(role + 1)) {
            Catalogue.Bundle bundle = catalogue.bundle(mapping.index().role(role));
            if (bundle != null && bundle.mappable()) {
                permissions |= bundle.mask();
            }
        }
        List<DirectGrant> live = new ArrayList<>(directGrants.size());
        for (DirectGrant grant : directGrants) {
            Catalogue.Bundle bundle = catalogue.bundle(grant.role());
            if (bundle != null && grant.isLive(now)) {
                permissions |= bundle.mask();
                live.add(grant);
            }
        }
        return new Access(catalogue, mapping, match, live, permissions);
    }

    /** The same for a {@link Person}. */
    public static Access evaluate(Person person, RoleMapping mapping, Catalogue catalogue, Instant now) {
        return evaluate(person.groups(), person.directGrants(), mapping, catalogue, now);
    }
}
