package dev.sallyport.broker.signals;

import dev.sallyport.database.TenantId;
import java.util.HashMap;
import java.util.Map;

/** How many deliveries of this node are under way, per tenant and per address. */
final class UnderWay {
    /** At most so many to one address, or twice as many for a moment; an address that is dead takes no more places than that. */
    static final int TO_ONE_ADDRESS = 3;

    /** At most so many of one tenant: the outbound gate gives a tenant's notices 16, and some may be on their way out. */
    static final int OF_ONE_TENANT = 12;

    private final Map<TenantId, Map<String, Integer>> counts = new HashMap<>();

    synchronized void enter(TenantId tenant, String target) {
        counts.computeIfAbsent(tenant, t -> new HashMap<>()).merge(target, 1, Integer::sum);
    }

    synchronized void leave(TenantId tenant, String target) {
        Map<String, Integer> all = counts.get(tenant);
        all.computeIfPresent(target, (t, n) -> n == 1 ? null : n - 1);
        if (all.isEmpty()) {
            counts.remove(tenant);
        }
    }

    /** How many more may begin. */
    synchronized int places(TenantId tenant) {
        int busy = counts.getOrDefault(tenant, Map.of()).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
        return Math.max(0, OF_ONE_TENANT - busy);
    }

    /** The addresses that may not have more. */
    synchronized String[] full(TenantId tenant) {
        return counts.getOrDefault(tenant, Map.of()).entrySet().stream()
                .filter(e -> e.getValue() >= TO_ONE_ADDRESS)
                .map(Map.Entry::getKey)
                .toArray(String[]::new);
    }
}
