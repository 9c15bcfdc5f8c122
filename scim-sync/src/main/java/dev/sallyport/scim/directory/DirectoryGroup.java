package dev.sallyport.scim.directory;

import java.util.Optional;

/**
 * A group of the directory. Rules of the role mapping with source {@code scim} name it by its value.
 *
 * @param value the display name
 * @param id the directory's own id of the group, if it is known
 */
public record DirectoryGroup(String value, Optional<String> id) {}
