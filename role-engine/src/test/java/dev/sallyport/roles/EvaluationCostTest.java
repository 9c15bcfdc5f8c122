package dev.sallyport.roles;

import static dev.sallyport.roles.Example.CATALOGUE;
import static dev.sallyport.roles.Example.NOW;
import static dev.sallyport.roles.Example.OKTA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvaluationCostTest {

    /** Guards the shape (one look-up per group, whatever the number of rules), not the last nanosecond. */
    @Test
    void twoHundredGroupsAgainstFiveHundredRulesAreAMatterOfMicroseconds() {
        RoleMapping mapping = RoleMapping.stored(IntStream.range(0, 500)
                .mapToObj(number -> MappingRule.of("r" + number, OKTA, "group-" + number, "viewer"))
                .toList());
        List<Group> groups = IntStream.range(0, 200)
                .mapToObj(number -> new Group(OKTA, "group-" + (number * 10)))
                .toList();
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 50; round++) {
            long start = System.nanoTime();
            int permissions = 0;
            for (int call = 0; call < 1000; call++) {
                permissions += RoleEngine.evaluate(groups, List.of(), mapping, CATALOGUE, NOW)
                                .holds(Example.READ)
                        ? 1
                        : 0;
            }
            best = Math.min(best, (System.nanoTime() - start) / 1000);
            assertEquals(1000, permissions);
        }
        long nanoseconds = best;
        assertTrue(nanoseconds < 20_000, () -> nanoseconds + " ns per evaluation");
    }
}
