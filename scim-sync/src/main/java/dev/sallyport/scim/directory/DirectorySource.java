package dev.sallyport.scim.directory;

import java.util.Locale;

/** Who speaks: the directory that we read, or a client that writes to our SCIM endpoint. */
public enum DirectorySource {
    PULL,
    PUSH;

    /** The word in {@code directory_accounts.source}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The word in {@code users.source}. */
    public String userSource() {
        return this == PULL ? "directory" : "scim";
    }
}
