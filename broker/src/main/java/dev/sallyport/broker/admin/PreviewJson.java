package dev.sallyport.broker.admin;

import dev.sallyport.roles.MappingRule;
import dev.sallyport.roles.Preview;
import dev.sallyport.roles.Warning;
import dev.sallyport.tenant.mapping.MappingPreview;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** A preview of rules as the API shows it. */
final class PreviewJson {
    private PreviewJson() {}

    /**
     * @param rules as they were asked about; warnings name them by position
     */
    static JsonObject of(MappingPreview found, List<MappingRule> rules) {
        Preview preview = found.preview();
        JsonObject holders = new JsonObject();
        preview.holders().forEach((permission, count) -> holders.put(permission.name(), count));
        JsonArray warnings = new JsonArray();
        preview.warnings().forEach(warning -> warnings.add(warning(warning, rules)));
        return new JsonObject()
                .put("gains", changes(preview.gains(), found.names()))
                .put("losses", changes(preview.losses(), found.names()))
                .put("holders", holders)
                .put("warnings", warnings);
    }

    private static JsonArray changes(List<Preview.Change> changes, Map<String, String> names) {
        return new JsonArray(changes.stream()
                .map(change -> new JsonObject()
                        .put(
                                "user",
                                new JsonObject()
                                        .put("id", change.person())
                                        .put("user_name", names.get(change.person())))
                        .put("permissions", RoleMappingEndpoints.names(change.permissions())))
                .toList());
    }

    private static JsonObject warning(Warning warning, List<MappingRule> rules) {
        JsonObject json = new JsonObject();
        if (warning instanceof Warning.NobodyHolds nobody) {
            json.put("code", "nobody_holds")
                    .put("permission", nobody.permission().name());
        } else if (warning instanceof Warning.MatchesNobody nobody) {
            json.put("code", "matches_nobody").put("rule", position(nobody.rule(), rules));
        } else if (warning instanceof Warning.Expired expired) {
            json.put("code", "expired").put("rule", position(expired.rule(), rules));
        }
        return json.put("message", warning.message());
    }

    // A rule that was new got an id on the way; no two rules say the same, so what they say finds it.
    private static Integer position(MappingRule rule, List<MappingRule> rules) {
        for (int i = 0; i < rules.size(); i++) {
            MappingRule other = rules.get(i);
            if (other.group().equals(rule.group())
                    && other.roles().equals(rule.roles())
                    && other.expiresAt().equals(rule.expiresAt())) {
                return i;
            }
        }
        return null;
    }
}
