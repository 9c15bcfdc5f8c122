package dev.sallyport.scim.reconcile;

import dev.sallyport.tenant.UserId;
import java.util.Set;

/**
 * How many people a machine may remove. One run may remove the smaller of the number and the share of all vouched people, but at least
 * one unless either is zero, which means: nobody without a human. Within a sliding day machines may remove three times as many, so that a
 * slow bleed is stopped too.
 *
 * @param maxRemovals number per run, from 0
 * @param maxRatio share of the population per run, 0 to 1
 * @param population people with an account for whom the directory vouched before this read
 * @param removedLastDay removed by machine in the last 24 hours, releases by a human not counted
 * @param admins all administrators of the tenant; not all of them are ever removed by machine
 */
public record Brakes(int maxRemovals, double maxRatio, int population, int removedLastDay, Set<UserId> admins) {
    private static final int RUNS_PER_DAY = 3;

    public Brakes {
        admins = Set.copyOf(admins);
    }

    /** How many removals this run may make without a human. */
    public int allowance() {
        if (maxRemovals <= 0 || maxRatio <= 0) {
            return 0;
        }
        int share = (int) Math.floor(Math.min(maxRatio, 1) * population);
        int perRun = Math.max(1, Math.min(maxRemovals, share));
        long leftToday = (long) perRun * RUNS_PER_DAY - removedLastDay;
        return (int) Math.max(0, Math.min(perRun, leftToday));
    }
}
