package dev.sallyport.roles;

import java.util.Comparator;
import java.util.Objects;

/**
 * A group exactly as its source named it. The value is never trimmed, split, case-folded or normalised: a group with a
 * comma in its name is one group.
 *
 * <p>A value like any record here; it is a class only so that its hash is worked out once and not at every evaluation.
 */
public final class Group implements Comparable<Group> {

    private static final Comparator<Group> ORDER =
            Comparator.comparing(Group::source).thenComparing(Group::value);

    private final GroupSource source;
    private final String value;
    private final int hash;

    /**
     * Names a group.
     *
     * @param source who says that the group exists
     * @param value the group's id or name, character for character
     */
    public Group(GroupSource source, String value) {
        this.source = Objects.requireNonNull(source);
        this.value = Objects.requireNonNull(value);
        this.hash = 31 * source.hashCode() + value.hashCode();
    }

    /** Who says that the group exists. */
    public GroupSource source() {
        return source;
    }

    /** The group's id or name as the source sent it. */
    public String value() {
        return value;
    }

    @Override
    public int compareTo(Group other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Group that
                        && hash == that.hash
                        && value.equals(that.value)
                        && source.text().equals(that.source.text()));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return source + ":" + value;
    }
}
