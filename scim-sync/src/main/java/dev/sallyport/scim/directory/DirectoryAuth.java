package dev.sallyport.scim.directory;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;

/**
 * How we show ourselves to the directory, without the secret itself.
 *
 * @param user BASIC: the user name; OAUTH2_CLIENT_CREDENTIALS: the client id; else empty
 * @param tokenUrl OAUTH2_CLIENT_CREDENTIALS: where tokens come from; else empty
 * @param scope OAUTH2_CLIENT_CREDENTIALS: what to ask for; may be empty
 */
public record DirectoryAuth(Type type, String user, String tokenUrl, String scope) {
    /** The kinds of credential. */
    public enum Type {
        /** A fixed token (RFC 6750). */
        BEARER("token"),
        /** User name and password (RFC 7617). */
        BASIC("password"),
        /** A client of the directory's authorization server (RFC 6749 §4.4). */
        OAUTH2_CLIENT_CREDENTIALS("client_secret");

        private final String secretField;

        Type(String secretField) {
            this.secretField = secretField;
        }

        /** The word in the database and in the admin API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The field of the admin API that carries the secret. */
        public String secretField() {
            return secretField;
        }

        static Optional<Type> of(String word) {
            for (Type type : values()) {
                if (type.word().equals(word)) {
                    return Optional.of(type);
                }
            }
            return Optional.empty();
        }
    }

    /** A bearer token. */
    public static DirectoryAuth bearer() {
        return new DirectoryAuth(Type.BEARER, "", "", "");
    }

    /** User name and password. */
    public static DirectoryAuth basic(String user) {
        return new DirectoryAuth(Type.BASIC, user, "", "");
    }

    /** Client credentials. */
    public static DirectoryAuth clientCredentials(String clientId, String tokenUrl, String scope) {
        return new DirectoryAuth(Type.OAUTH2_CLIENT_CREDENTIALS, clientId, tokenUrl, scope);
    }

    /** The settings next to the type, as they are stored. */
    JsonObject settings() {
        return switch (type) {
            case BEARER -> new JsonObject();
            case BASIC -> new JsonObject().put("username", user);
            case OAUTH2_CLIENT_CREDENTIALS ->
                new JsonObject()
                        .put("client_id", user)
                        .put("token_url", tokenUrl)
                        .put("scope", scope);
        };
    }

    /** As the admin API shows it: the secret is only said to be there. */
    public JsonObject shown() {
        return new JsonObject().put("type", type.word()).mergeIn(settings()).put("secret_set", true);
    }

    static DirectoryAuth stored(String word, JsonObject settings) {
        Type type = Type.of(word).orElseThrow();
        return switch (type) {
            case BEARER -> bearer();
            case BASIC -> basic(settings.getString("username", ""));
            case OAUTH2_CLIENT_CREDENTIALS ->
                clientCredentials(
                        settings.getString("client_id", ""),
                        settings.getString("token_url", ""),
                        settings.getString("scope", ""));
        };
    }
}
