package dev.sallyport.tenant.connection;

import java.util.Locale;
import java.util.Optional;

/** Which product a provider is. It chooses words and presets for the people who set it up, and decides nothing at a sign-in. */
public enum ProviderKind {
    ENTRA("Microsoft Entra ID"),
    OKTA("Okta"),
    GOOGLE("Google Workspace"),
    KEYCLOAK("Keycloak"),
    PING("PingOne"),
    JUMPCLOUD("JumpCloud"),
    /** Any OpenID provider. */
    OIDC("OpenID Connect");

    private final String title;

    ProviderKind(String title) {
        this.title = title;
    }

    /** Its name, for people. */
    public String title() {
        return title;
    }

    /** The word in the database and in the admin API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads the word, or empty if there is no such kind. */
    public static Optional<ProviderKind> parse(String word) {
        for (ProviderKind kind : values()) {
            if (kind.word().equals(word)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }
}
