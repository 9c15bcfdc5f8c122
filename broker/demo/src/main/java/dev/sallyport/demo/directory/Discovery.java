package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** What the directory says about itself (RFC 7644 §4): only what it really does. */
final class Discovery {
    private static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:";

    private final String baseUrl;
    private final DirectoryOptions options;

    Discovery(String baseUrl, DirectoryOptions options) {
        this.baseUrl = baseUrl;
        this.options = options;
    }

    JsonObject serviceProviderConfig() {
        JsonObject no = new JsonObject().put("supported", false);
        JsonObject yes = new JsonObject().put("supported", true);
        return new JsonObject()
                .put("schemas", new JsonArray().add(SCHEMA + "ServiceProviderConfig"))
                .put("patch", yes)
                .put("bulk", no.copy().put("maxOperations", 0).put("maxPayloadSize", 0))
                .put("filter", yes.copy().put("maxResults", options.pageSize()))
                .put("changePassword", no)
                .put("sort", no)
                .put("etag", yes)
                .put("pagination", pagination())
                .put(
                        "authenticationSchemes",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("type", "oauthbearertoken")
                                        .put("name", "Bearer token")
                                        .put(
                                                "description",
                                                "A bearer token that the directory's administrator gave out.")
                                        .put("primary", true)))
                .put("meta", meta("ServiceProviderConfig", "/ServiceProviderConfig"));
    }

    private JsonObject pagination() {
        return new JsonObject()
                .put("cursor", options.cursorPaging())
                .put("index", true)
                .put("defaultPaginationMethod", "index")
                .put("defaultPageSize", options.pageSize())
                .put("maxPageSize", options.pageSize());
    }

    List<JsonObject> resourceTypes() {
        return List.of(resourceType(ResourceKind.USER), resourceType(ResourceKind.GROUP));
    }

    private JsonObject resourceType(ResourceKind kind) {
        JsonObject type = new JsonObject()
                .put("schemas", new JsonArray().add(SCHEMA + "ResourceType"))
                .put("id", kind.scimName)
                .put("name", kind.scimName)
                .put("endpoint", kind.endpoint)
                .put("schema", kind.urn)
                .put("meta", meta("ResourceType", "/ResourceTypes/" + kind.scimName));
        if (kind.hasEnterprise()) {
            type.put(
                    "schemaExtensions",
                    new JsonArray()
                            .add(new JsonObject()
                                    .put("schema", ResourceKind.ENTERPRISE)
                                    .put("required", false)));
        }
        return type;
    }

    List<JsonObject> schemas() {
        return List.of(
                schema(ResourceKind.USER.urn, "User", ResourceKind.USER.attributes()),
                schema(ResourceKind.GROUP.urn, "Group", ResourceKind.GROUP.attributes()),
                schema(ResourceKind.ENTERPRISE, "EnterpriseUser", ResourceKind.USER.enterprise()));
    }

    private JsonObject schema(String urn, String name, List<Attribute> attributes) {
        JsonArray shown = new JsonArray();
        attributes.forEach(a -> shown.add(a.describe()));
        return new JsonObject()
                .put("schemas", new JsonArray().add(SCHEMA + "Schema"))
                .put("id", urn)
                .put("name", name)
                .put("attributes", shown)
                .put("meta", meta("Schema", "/Schemas/" + urn));
    }

    private JsonObject meta(String type, String path) {
        return new JsonObject().put("resourceType", type).put("location", baseUrl + path);
    }

    static Optional<JsonObject> byId(List<JsonObject> documents, String id) {
        return documents.stream().filter(d -> id.equals(d.getString("id"))).findFirst();
    }

    static JsonObject list(List<JsonObject> documents) {
        JsonArray resources = new JsonArray();
        documents.forEach(resources::add);
        return new JsonObject()
                .put("schemas", new JsonArray().add("urn:ietf:params:scim:api:messages:2.0:ListResponse"))
                .put("totalResults", documents.size())
                .put("itemsPerPage", documents.size())
                .put("startIndex", 1)
                .put("Resources", resources);
    }
}
