package dev.sallyport.scim.directory;

/** Settings of a directory that cannot be taken, with the field at fault. */
public final class InvalidDirectory extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String field;

    public InvalidDirectory(String field, String detail) {
        super(detail, null, false, false);
        this.field = field;
    }

    /** The field in the words of the admin API, such as {@code auth.token}. */
    public String field() {
        return field;
    }
}
