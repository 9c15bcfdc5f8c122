package dev.sallyport.tenant.routing;

import java.util.List;

/**
 * A tenant's rules as they are stored.
 *
 * @param version of the list as a whole (ETag); 0 if there was never any
 */
public record StoredRouting(List<RoutingRule> rules, long version) {
    public StoredRouting {
        rules = List.copyOf(rules);
    }
}
