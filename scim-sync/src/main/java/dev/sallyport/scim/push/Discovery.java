package dev.sallyport.scim.push;

import dev.sallyport.scim.ListResponse;
import dev.sallyport.scim.ResourceType;
import dev.sallyport.scim.Schema;
import dev.sallyport.scim.ScimException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What this service provider can do, and nothing that it cannot (RFC 7644 §4). */
final class Discovery {
    private static final String CORE = "urn:ietf:params:scim:schemas:core:2.0:";
    private static final List<ResourceType> TYPES = List.of(ResourceType.USER, ResourceType.GROUP);
    private static final List<Schema> SCHEMAS = List.of(Schema.USER, Schema.ENTERPRISE, Schema.GROUP);

    private Discovery() {}

    /** {@code /ServiceProviderConfig}. */
    static JsonObject config(String base) {
        JsonObject no = new JsonObject().put("supported", false);
        return new JsonObject()
                .put("schemas", new JsonArray().add(CORE + "ServiceProviderConfig"))
                .put("patch", new JsonObject().put("supported", true))
                .put("bulk", no.copy().put("maxOperations", 0).put("maxPayloadSize", 0))
                .put("filter", new JsonObject().put("supported", true).put("maxResults", 1000))
                .put("changePassword", no.copy())
                .put("sort", no.copy())
                .put("etag", no.copy())
                .put(
                        "pagination",
                        new JsonObject()
                                .put("cursor", false)
                                .put("index", true)
                                .put("defaultPaginationMethod", "index")
                                .put("defaultPageSize", 100)
                                .put("maxPageSize", 1000))
                .put(
                        "authenticationSchemes",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("type", "oauthbearertoken")
                                        .put("name", "Bearer token")
                                        .put("description", "A SCIM token of the tenant")
                                        .put("specUri", "https://www.rfc-editor.org/rfc/rfc6750")
                                        .put("primary", true)))
                .put("meta", meta("ServiceProviderConfig", base + "/ServiceProviderConfig"));
    }

    /** {@code /ResourceTypes} and one of them. */
    static JsonObject types(String base, String name) {
        List<JsonObject> all = TYPES.stream()
                .filter(type -> name.isEmpty() || type.name().equals(name))
                .map(type -> type(base, type))
                .toList();
        return name.isEmpty() ? list(all) : one(all);
    }

    /** {@code /Schemas} and one of them. */
    static JsonObject schemas(String base, String id) {
        List<JsonObject> all = SCHEMAS.stream()
                .filter(schema -> id.isEmpty() || schema.id().equalsIgnoreCase(id))
                .map(schema -> schema.document().put("meta", meta("Schema", base + "/Schemas/" + schema.id())))
                .toList();
        return id.isEmpty() ? list(all) : one(all);
    }

    private static JsonObject type(String base, ResourceType type) {
        JsonArray extensions = new JsonArray();
        type.extensions()
                .forEach(schema -> extensions.add(
                        new JsonObject().put("schema", schema.id()).put("required", false)));
        JsonObject document = new JsonObject()
                .put("schemas", new JsonArray().add(CORE + "ResourceType"))
                .put("id", type.name())
                .put("name", type.name())
                .put("endpoint", "/" + type.endpoint())
                .put("schema", type.core().id());
        if (!extensions.isEmpty()) {
            document.put("schemaExtensions", extensions);
        }
        return document.put("meta", meta("ResourceType", base + "/ResourceTypes/" + type.name()));
    }

    private static JsonObject meta(String type, String location) {
        return new JsonObject().put("resourceType", type).put("location", location);
    }

    private static JsonObject list(List<JsonObject> all) {
        return new ListResponse(all.size(), 1, all).body();
    }

    private static JsonObject one(List<JsonObject> found) {
        return found.stream().findFirst().orElseThrow(ScimException::notFound);
    }
}
