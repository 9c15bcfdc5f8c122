package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** What the directory knows, in memory, in order of creation. May be used from any thread; gives copies away only. */
final class DirectoryStore {

    /**
     * A resource and its place in the order of creation.
     *
     * @param sequence grows with each creation and is never reused
     * @param json the whole SCIM resource
     */
    record Row(long sequence, JsonObject json) {}

    private final String baseUrl;
    private final Clock clock;
    private final Map<ResourceKind, Map<String, Row>> rows = new EnumMap<>(ResourceKind.class);
    private final Map<String, String> userNames = new HashMap<>();
    private long sequence;
    private Instant latest = Instant.EPOCH;

    DirectoryStore(String baseUrl, Clock clock) {
        this.baseUrl = baseUrl;
        this.clock = clock;
        for (ResourceKind kind : ResourceKind.values()) {
            rows.put(kind, new LinkedHashMap<>());
        }
    }

    synchronized int size(ResourceKind kind) {
        return rows.get(kind).size();
    }

    /** All resources that fit, in order of creation. */
    synchronized List<Row> select(ResourceKind kind, Predicate<JsonObject> filter) {
        return rows.get(kind).values().stream()
                .filter(row -> filter.test(row.json()))
                .toList();
    }

    synchronized List<JsonObject> copies(List<Row> of) {
        return of.stream().map(row -> row.json().copy()).toList();
    }

    synchronized Optional<JsonObject> find(ResourceKind kind, String id) {
        return Optional.ofNullable(rows.get(kind).get(id)).map(row -> row.json().copy());
    }

    synchronized Optional<JsonObject> first(ResourceKind kind, String attribute, String value) {
        return live(kind, attribute, value).map(JsonObject::copy);
    }

    private Optional<JsonObject> live(ResourceKind kind, String attribute, String value) {
        return rows.get(kind).values().stream()
                .map(Row::json)
                .filter(json -> value.equals(json.getString(attribute)))
                .findFirst();
    }

    /** Adds a resource. {@code input} is what a client sent. */
    synchronized JsonObject create(ResourceKind kind, JsonObject input) {
        JsonObject content = Normaliser.normalise(kind, input);
        String id = UUID.randomUUID().toString();
        if (kind == ResourceKind.USER && !content.containsKey("active")) {
            content.put("active", true);
        }
        String now = now();
        JsonObject meta = new JsonObject()
                .put("resourceType", kind.scimName)
                .put("created", now)
                .put("lastModified", now)
                .put("location", baseUrl + kind.endpoint + "/" + id)
                .put("version", "W/\"1\"");
        return commit(kind, id, new Row(++sequence, new JsonObject()), content, meta)
                .copy();
    }

    /** Changes a resource: {@code change} gets a copy of it and gives what the client wants it to be. */
    synchronized JsonObject update(
            ResourceKind kind, String id, Predicate<JsonObject> allowed, UnaryOperator<JsonObject> change) {
        Row row = existing(kind, id, allowed);
        JsonObject content = Normaliser.normalise(kind, change.apply(row.json().copy()));
        if (content.equals(Normaliser.normalise(kind, row.json()))) {
            return row.json().copy();
        }
        return commit(kind, id, row, content, nextMeta(row.json())).copy();
    }

    /** Removes a resource for good; a person leaves all groups. */
    synchronized void delete(ResourceKind kind, String id, Predicate<JsonObject> allowed) {
        Row row = existing(kind, id, allowed);
        rows.get(kind).remove(id);
        if (kind == ResourceKind.GROUP) {
            members(row.json()).forEach(this::refreshGroups);
            return;
        }
        userNames.remove(key(row.json()));
        for (Object group : row.json().getJsonArray("groups", new JsonArray())) {
            String groupId = ((JsonObject) group).getString("value");
            JsonObject json = rows.get(ResourceKind.GROUP).get(groupId).json();
            JsonArray left = new JsonArray();
            members(json).stream().filter(m -> !m.equals(id)).forEach(m -> left.add(member(m)));
            json.put("members", left);
            json.put("meta", nextMeta(json));
        }
    }

    /** Puts a person into the group of that name, which is made when there is none. */
    synchronized void join(String userId, String group) {
        String groupId = live(ResourceKind.GROUP, "displayName", group)
                .orElseGet(() -> create(ResourceKind.GROUP, new JsonObject().put("displayName", group)))
                .getString("id");
        JsonObject json = rows.get(ResourceKind.GROUP).get(groupId).json();
        JsonObject user = existing(ResourceKind.USER, userId, any -> true).json();
        boolean already =
                user.getJsonArray("groups").stream().anyMatch(g -> groupId.equals(((JsonObject) g).getString("value")));
        if (already) {
            return;
        }
        if (!json.containsKey("members")) {
            json.put("members", new JsonArray());
        }
        json.getJsonArray("members").add(member(userId));
        json.put("meta", nextMeta(json));
        user.getJsonArray("groups").add(membership(json));
        user.put("meta", nextMeta(user));
    }

    private JsonObject commit(ResourceKind kind, String id, Row before, JsonObject content, JsonObject meta) {
        JsonArray schemas = new JsonArray().add(kind.urn);
        if (content.containsKey(ResourceKind.ENTERPRISE)) {
            schemas.add(ResourceKind.ENTERPRISE);
        }
        JsonObject json = new JsonObject().put("schemas", schemas).put("id", id);
        json.mergeIn(content).put("meta", meta);
        if (kind == ResourceKind.GROUP) {
            json.put("members", checkedMembers(json));
        } else {
            claimUserName(json, before.json());
            json.put("groups", before.json().getJsonArray("groups", new JsonArray()));
        }
        rows.get(kind).put(id, new Row(before.sequence(), json));
        if (kind == ResourceKind.GROUP) {
            affectedBy(before.json(), json).forEach(this::refreshGroups);
        }
        return json;
    }

    private static Set<String> affectedBy(JsonObject before, JsonObject after) {
        Set<String> old = members(before);
        Set<String> now = members(after);
        Set<String> affected = new LinkedHashSet<>(old);
        affected.addAll(now);
        if (Objects.equals(before.getString("displayName"), after.getString("displayName"))) {
            affected.removeIf(id -> old.contains(id) && now.contains(id));
        }
        return affected;
    }

    private void claimUserName(JsonObject json, JsonObject before) {
        String owner = userNames.get(key(json));
        if (owner != null && !owner.equals(json.getString("id"))) {
            throw new ScimException(409, "uniqueness", "This userName is taken.");
        }
        if (before.containsKey("userName")) {
            userNames.remove(key(before));
        }
        userNames.put(key(json), json.getString("id"));
    }

    private JsonArray checkedMembers(JsonObject group) {
        JsonArray checked = new JsonArray();
        for (String userId : members(group)) {
            if (!rows.get(ResourceKind.USER).containsKey(userId)) {
                throw ScimException.invalidValue("A member must be a user of this directory.");
            }
            checked.add(member(userId));
        }
        return checked;
    }

    /** Writes a person's read-only {@code groups} anew from the groups that hold them. */
    private void refreshGroups(String userId) {
        JsonObject user = rows.get(ResourceKind.USER).get(userId).json();
        JsonArray groups = new JsonArray();
        for (Row group : rows.get(ResourceKind.GROUP).values()) {
            if (members(group.json()).contains(userId)) {
                groups.add(membership(group.json()));
            }
        }
        if (!groups.equals(user.getJsonArray("groups"))) {
            user.put("groups", groups).put("meta", nextMeta(user));
        }
    }

    private Row existing(ResourceKind kind, String id, Predicate<JsonObject> allowed) {
        Row row = rows.get(kind).get(id);
        if (row == null) {
            throw ScimException.notFound();
        }
        if (!allowed.test(row.json())) {
            throw new ScimException(412, "", "The resource has changed since.");
        }
        return row;
    }

    private JsonObject member(String userId) {
        return new JsonObject()
                .put("value", userId)
                .put("type", "User")
                .put("$ref", baseUrl + ResourceKind.USER.endpoint + "/" + userId);
    }

    private JsonObject membership(JsonObject group) {
        String groupId = group.getString("id");
        return new JsonObject()
                .put("value", groupId)
                .put("$ref", baseUrl + ResourceKind.GROUP.endpoint + "/" + groupId)
                .put("display", group.getString("displayName"));
    }

    private static Set<String> members(JsonObject group) {
        Set<String> ids = new LinkedHashSet<>();
        group.getJsonArray("members", new JsonArray()).forEach(m -> ids.add(((JsonObject) m).getString("value")));
        return ids;
    }

    private JsonObject nextMeta(JsonObject json) {
        JsonObject meta = json.getJsonObject("meta").copy();
        String version = meta.getString("version");
        long next = Long.parseLong(version.substring(3, version.length() - 1)) + 1;
        return meta.put("lastModified", now()).put("version", "W/\"" + next + "\"");
    }

    /** Two changes never carry the same time, so that "later than" is exact. */
    private String now() {
        Instant current = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        latest = current.isAfter(latest) ? current : latest.plus(Duration.ofNanos(1000));
        return latest.toString();
    }

    private static String key(JsonObject user) {
        return user.getString("userName").toLowerCase(Locale.ROOT);
    }

    /** Names of the groups a person is in. */
    static List<String> groupNames(JsonObject user) {
        List<String> names = new ArrayList<>();
        user.getJsonArray("groups", new JsonArray()).forEach(g -> names.add(((JsonObject) g).getString("display")));
        return names;
    }
}
