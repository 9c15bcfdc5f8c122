package dev.sallyport.tenant.connection;

import java.util.List;
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

    /** What to ask it for and to read, unless an admin says otherwise. */
    public ClaimNames claims() {
        return this == ENTRA ? ClaimNames.DEFAULT.withSubject(ClaimNames.OID_TID) : ClaimNames.DEFAULT;
    }

    /** The scopes to ask for, unless an admin says otherwise. */
    public List<String> scopes() {
        return this == OKTA ? List.of("openid", "profile", "email", "groups") : ConnectionSettings.DEFAULT_SCOPES;
    }

    /** What it wants as the audience of an assertion, unless an admin says otherwise. */
    public AssertionAudience assertionAudience() {
        return this == ENTRA || this == OKTA ? AssertionAudience.TOKEN_ENDPOINT : AssertionAudience.ISSUER;
    }

    /**
     * Where its admins usually have it put groups, the likeliest first; other names than these are as good.
     *
     * @param clientId what it calls us; some name the claim after it
     */
    public List<String> groupClaims(String clientId) {
        return switch (this) {
            case ENTRA -> List.of("groups", "roles");
            case KEYCLOAK -> List.of("groups", "realm_access.roles", "resource_access." + clientId + ".roles");
            case OKTA, JUMPCLOUD -> List.of("groups");
            case PING -> List.of("groups", "memberOf");
            // Google sends no groups; people come by the directory.
            case GOOGLE -> List.of();
            case OIDC -> List.of("groups", "roles", "memberOf");
        };
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
