package dev.sallyport.scim;

import java.util.List;
import java.util.Optional;

/**
 * A kind of resource: its endpoint, its core schema and its extensions (RFC 7643 §6).
 *
 * @param endpoint such as {@code Users}
 */
public record ResourceType(String name, String endpoint, Schema core, List<Schema> extensions) {
    /** People (RFC 7643 §4.1, §4.3). */
    public static final ResourceType USER = new ResourceType("User", "Users", Schema.USER, List.of(Schema.ENTERPRISE));

    /** Groups (RFC 7643 §4.2). */
    public static final ResourceType GROUP = new ResourceType("Group", "Groups", Schema.GROUP, List.of());

    public ResourceType {
        extensions = List.copyOf(extensions);
    }

    /** The extension with this URN, however it is spelt. */
    Optional<Schema> extension(String urn) {
        return extensions.stream()
                .filter(schema -> schema.id().equalsIgnoreCase(urn))
                .findFirst();
    }

    /** The schema in which an attribute is to be looked for. */
    Optional<Schema> schema(String urn) {
        return urn.isEmpty() || core.id().equalsIgnoreCase(urn) ? Optional.of(core) : extension(urn);
    }
}
