package dev.sallyport.demo.directory;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The two kinds of resources a directory holds. */
public enum ResourceKind {
    /** People. */
    USER("User", "/Users", "urn:ietf:params:scim:schemas:core:2.0:User"),
    /** Groups of people. */
    GROUP("Group", "/Groups", "urn:ietf:params:scim:schemas:core:2.0:Group");

    static final String ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    final String scimName;
    final String endpoint;
    final String urn;

    ResourceKind(String scimName, String endpoint, String urn) {
        this.scimName = scimName;
        this.endpoint = endpoint;
        this.urn = urn;
    }

    /** What /Schemas shows for the kind. */
    List<Attribute> attributes() {
        return this == USER ? Schemas.USER : Schemas.GROUP;
    }

    List<Attribute> enterprise() {
        return this == USER ? Schemas.ENTERPRISE : List.of();
    }

    /** Attributes every resource has (RFC 7643 §3.1) and the kind's own. */
    Stream<Attribute> allCore() {
        return Stream.concat(Schemas.COMMON.stream(), attributes().stream());
    }

    boolean hasEnterprise() {
        return this == USER;
    }

    /** Finds an attribute by its name, with or without its schema's URN in front; empty when there is no such attribute. */
    Optional<AttributePath> resolve(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith(urn.toLowerCase(Locale.ROOT) + ":")) {
            return resolve(name.substring(urn.length() + 1), "", allCore().toList());
        }
        if (hasEnterprise() && lower.startsWith(ENTERPRISE.toLowerCase(Locale.ROOT) + ":")) {
            return resolve(name.substring(ENTERPRISE.length() + 1), ENTERPRISE, enterprise());
        }
        return resolve(name, "", allCore().toList());
    }

    private static Optional<AttributePath> resolve(String name, String container, List<Attribute> among) {
        int dot = name.indexOf('.');
        String first = dot < 0 ? name : name.substring(0, dot);
        return Attribute.find(among, first).flatMap(a -> {
            if (dot < 0) {
                return Optional.of(new AttributePath(container, a, List.of()));
            }
            return a.sub(name.substring(dot + 1)).map(s -> new AttributePath(container, a, List.of(s)));
        });
    }
}
