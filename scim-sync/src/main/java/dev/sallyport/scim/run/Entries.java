package dev.sallyport.scim.run;

import dev.sallyport.scim.directory.DirectoryGroup;
import dev.sallyport.scim.directory.DirectoryPerson;
import dev.sallyport.scim.directory.DirectorySource;
import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns rows of {@code sync_entries} into people. */
final class Entries {
    private Entries() {}

    static DirectoryPerson person(Row row, Optional<ConnectionId> connection) {
        JsonObject resource = (JsonObject) row.getJson("resource");
        Optional<List<DirectoryGroup>> groups =
                Optional.ofNullable(resource.getJsonArray("groups")).map(Entries::groups);
        return new DirectoryPerson(
                DirectorySource.PULL,
                row.getString("resource_id"),
                Optional.ofNullable(resource.getString("external_id")),
                resource.getString("user_name"),
                Optional.ofNullable(resource.getString("email")),
                Optional.ofNullable(resource.getString("display_name")),
                Optional.ofNullable(resource.getString("given_name")),
                Optional.ofNullable(resource.getString("family_name")),
                groups,
                resource,
                groups.isPresent() ? row.getString("fingerprint") : "",
                connection);
    }

    private static List<DirectoryGroup> groups(JsonArray told) {
        Map<String, DirectoryGroup> byValue = new LinkedHashMap<>();
        for (int i = 0; i < told.size(); i++) {
            JsonObject group = told.getJsonObject(i);
            byValue.putIfAbsent(
                    group.getString("value"),
                    new DirectoryGroup(group.getString("value"), Optional.ofNullable(group.getString("id"))));
        }
        return List.copyOf(byValue.values());
    }
}
