package dev.sallyport.scim;

import static dev.sallyport.scim.Attribute.bool;
import static dev.sallyport.scim.Attribute.complex;
import static dev.sallyport.scim.Attribute.plural;
import static dev.sallyport.scim.Attribute.text;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A schema (RFC 7643 §7). The same definition decides what may be written and is what {@code /Schemas} shows. */
public record Schema(String id, String name, String description, List<Attribute> attributes) {
    private static final Attribute ID =
            text("id").mutability("readOnly").exact().unique();
    private static final Attribute EXTERNAL_ID = text("externalId").exact();
    private static final Attribute META = complex(
                    "meta",
                    text("resourceType").mutability("readOnly"),
                    text("created").ofType("dateTime").mutability("readOnly"),
                    text("lastModified").ofType("dateTime").mutability("readOnly"),
                    text("location").ofType("reference").mutability("readOnly"),
                    text("version").mutability("readOnly"))
            .mutability("readOnly");

    /** {@code urn:ietf:params:scim:schemas:core:2.0:User}. */
    public static final Schema USER = new Schema(
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "User",
            "A person",
            List.of(
                    ID,
                    EXTERNAL_ID,
                    META,
                    text("userName").demanded().unique(),
                    complex(
                            "name",
                            text("formatted"),
                            text("familyName"),
                            text("givenName"),
                            text("middleName"),
                            text("honorificPrefix"),
                            text("honorificSuffix")),
                    text("displayName"),
                    text("nickName"),
                    text("profileUrl").ofType("reference"),
                    text("title"),
                    text("userType"),
                    text("preferredLanguage"),
                    text("locale"),
                    text("timezone"),
                    bool("active"),
                    text("password").mutability("writeOnly"),
                    plural("emails"),
                    plural("phoneNumbers"),
                    plural("ims"),
                    plural("photos"),
                    complex(
                                    "addresses",
                                    text("formatted"),
                                    text("streetAddress"),
                                    text("locality"),
                                    text("region"),
                                    text("postalCode"),
                                    text("country"),
                                    text("type"),
                                    bool("primary"))
                            .many(),
                    complex(
                                    "groups",
                                    text("value").mutability("readOnly"),
                                    text("$ref").ofType("reference").mutability("readOnly"),
                                    text("display").mutability("readOnly"),
                                    text("type").mutability("readOnly"))
                            .many()
                            .mutability("readOnly"),
                    plural("entitlements"),
                    plural("roles"),
                    plural("x509Certificates")));

    /** {@code urn:ietf:params:scim:schemas:extension:enterprise:2.0:User}. */
    public static final Schema ENTERPRISE = new Schema(
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            "EnterpriseUser",
            "A person in an enterprise",
            List.of(
                    text("employeeNumber"),
                    text("costCenter"),
                    text("organization"),
                    text("division"),
                    text("department"),
                    complex("manager", text("value"), text("$ref").ofType("reference"), text("displayName"))));

    /** {@code urn:ietf:params:scim:schemas:core:2.0:Group}. */
    public static final Schema GROUP = new Schema(
            "urn:ietf:params:scim:schemas:core:2.0:Group",
            "Group",
            "A group of people",
            List.of(
                    ID,
                    EXTERNAL_ID,
                    META,
                    text("displayName").demanded().unique(),
                    complex(
                                    "members",
                                    text("value").exact(),
                                    text("$ref").ofType("reference"),
                                    text("display"),
                                    text("type"))
                            .many()));

    public Schema {
        attributes = List.copyOf(attributes);
    }

    Optional<Attribute> attribute(String wanted) {
        return attributes.stream()
                .filter(attribute -> attribute.name().equalsIgnoreCase(wanted))
                .findFirst();
    }

    /** The schema document (RFC 7643 §7), without its meta. */
    public JsonObject document() {
        return new JsonObject()
                .put("schemas", new JsonArray().add("urn:ietf:params:scim:schemas:core:2.0:Schema"))
                .put("id", id)
                .put("name", name)
                .put("description", description)
                .put("attributes", documents(attributes));
    }

    private static JsonArray documents(List<Attribute> attributes) {
        return new JsonArray(attributes.stream()
                .filter(attribute -> !List.of("id", "externalId", "meta").contains(attribute.name()))
                .map(Schema::document)
                .collect(Collectors.toList()));
    }

    private static JsonObject document(Attribute attribute) {
        JsonObject document = new JsonObject()
                .put("name", attribute.name())
                .put("type", attribute.type())
                .put("multiValued", attribute.multiValued())
                .put("description", attribute.name())
                .put("required", attribute.required())
                .put("caseExact", attribute.caseExact())
                .put("mutability", attribute.mutability())
                .put("returned", attribute.mutability().equals("writeOnly") ? "never" : "default")
                .put("uniqueness", attribute.uniqueness());
        return attribute.subs().isEmpty() ? document : document.put("subAttributes", documents(attribute.subs()));
    }
}
