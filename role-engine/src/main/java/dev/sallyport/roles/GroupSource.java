package dev.sallyport.roles;

/**
 * Who said that a person is in a group: one of the tenant's connections, or its SCIM directory. Two sources never
 * share a group, even when both use the same name for one.
 *
 * @param text the form used in the admin API: a connection id, or {@code scim}
 */
public record GroupSource(String text) implements Comparable<GroupSource> {

    private static final GroupSource SCIM = new GroupSource("scim");

    /** Fails with {@link IllegalArgumentException} when the text is empty. */
    public GroupSource {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("a group source needs a name");
        }
    }

    /** The tenant's SCIM directory, whether it pushes or is pulled. */
    public static GroupSource scim() {
        return SCIM;
    }

    /**
     * A connection to an identity provider. Fails with {@link IllegalArgumentException} when the id is empty or is the
     * word that stands for the directory.
     */
    public static GroupSource connection(String id) {
        if (id.equals(SCIM.text)) {
            throw new IllegalArgumentException("'scim' names the directory and cannot be a connection id");
        }
        return new GroupSource(id);
    }

    /** Reads the admin API's form. Fails with {@link IllegalArgumentException} when the text is empty. */
    public static GroupSource parse(String text) {
        return text.equals(SCIM.text) ? SCIM : connection(text);
    }

    /** Whether this is the directory and not a connection. */
    public boolean isScim() {
        return equals(SCIM);
    }

    @Override
    public int compareTo(GroupSource other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
