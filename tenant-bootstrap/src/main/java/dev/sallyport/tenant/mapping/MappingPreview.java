package dev.sallyport.tenant.mapping;

import dev.sallyport.roles.Preview;
import java.util.Map;

/**
 * What a change of rules would do.
 *
 * @param preview by the ids of the people
 * @param people how many were asked about
 * @param names the user names of those who gain or lose, by id
 * @param lastAdminGoes whether somebody administers the tenant now and nobody would then
 */
public record MappingPreview(Preview preview, int people, Map<String, String> names, boolean lastAdminGoes) {
    public MappingPreview {
        names = Map.copyOf(names);
    }
}
