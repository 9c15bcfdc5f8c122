package dev.sallyport.scim.directory;

/**
 * Why a person is changed, and by whom.
 *
 * @param code a fixed word: {@code directory.absent}, {@code directory.inactive}, {@code directory.active}, {@code scim.deleted},
 *     {@code scim.inactive}, {@code scim.active}
 * @param actor as in the audit log: {@code sync:{run id}}, {@code scim:{token id}}, or the human who released a held run
 * @param detail for humans; never a secret
 */
public record Cause(String code, String actor, String detail) {
    /** Missing in a complete read, and the directory confirmed it. */
    public static final String DIRECTORY_ABSENT = "directory.absent";
    /** The directory says inactive. */
    public static final String DIRECTORY_INACTIVE = "directory.inactive";
    /** The directory vouches for the person. */
    public static final String DIRECTORY_ACTIVE = "directory.active";
    /** DELETE by SCIM push. */
    public static final String SCIM_DELETED = "scim.deleted";
    /** {@code active=false} by SCIM push. */
    public static final String SCIM_INACTIVE = "scim.inactive";
    /** Created or made active by SCIM push. */
    public static final String SCIM_ACTIVE = "scim.active";
}
