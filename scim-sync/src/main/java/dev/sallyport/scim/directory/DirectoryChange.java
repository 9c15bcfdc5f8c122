package dev.sallyport.scim.directory;

import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an administrator wants the directory to be.
 *
 * @param secret the new secret; empty keeps the one that is there
 */
public record DirectoryChange(
        String baseUrl,
        DirectoryAuth auth,
        Optional<String> secret,
        Optional<ConnectionId> connection,
        Duration interval,
        int maxRemovals,
        double maxRemovalRatio,
        boolean enabled) {
    private static final Duration INTERVAL = Duration.ofMinutes(15);
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7E]{1,4000}");

    /**
     * Reads the body of {@code PUT …/directory}: {@code {kind, base_url, auth: {type, …}, connection, interval (seconds), brake:
     * {max_removals, max_removal_ratio}, enabled}}. Fails with {@link InvalidDirectory}.
     */
    public static DirectoryChange parse(JsonObject body) {
        if (!"scim".equals(text(body, "kind", "kind", "scim"))) {
            throw new InvalidDirectory("kind", "must be scim");
        }
        JsonObject auth = object(body, "auth");
        JsonObject brake = object(body, "brake");
        DirectoryAuth parsed = auth(auth);
        String secretField = parsed.type().secretField();
        String secret = text(auth, secretField, "auth." + secretField, "");
        boolean basic = parsed.type() == DirectoryAuth.Type.BASIC;
        if (!secret.isEmpty()
                && (basic ? secret.length() > 4000 : !VISIBLE.matcher(secret).matches())) {
            throw new InvalidDirectory("auth." + secretField, "must be 1 to 4000 visible ASCII characters");
        }
        String connection = text(body, "connection", "connection", "");
        return new DirectoryChange(
                baseUrl(text(body, "base_url", "base_url", "")),
                parsed,
                secret.isEmpty() ? Optional.empty() : Optional.of(secret),
                connection.isEmpty()
                        ? Optional.empty()
                        : Optional.of(ConnectionId.parse(connection)
                                .orElseThrow(() -> new InvalidDirectory("connection", "is no connection's id"))),
                Duration.ofSeconds(
                        (long) number(body, "interval", "interval", (double) INTERVAL.toSeconds(), 60, 604_800)),
                (int) number(brake, "max_removals", "brake.max_removals", 50, 0, 1_000_000),
                number(brake, "max_removal_ratio", "brake.max_removal_ratio", 0.1, 0, 1),
                !(body.getValue("enabled") instanceof Boolean enabled) || enabled);
    }

    private static DirectoryAuth auth(JsonObject auth) {
        DirectoryAuth.Type type = DirectoryAuth.Type.of(text(auth, "type", "auth.type", "bearer"))
                .orElseThrow(
                        () -> new InvalidDirectory("auth.type", "must be bearer, basic or oauth2_client_credentials"));
        return switch (type) {
            case BEARER -> DirectoryAuth.bearer();
            case BASIC -> DirectoryAuth.basic(needed(auth, "username"));
            case OAUTH2_CLIENT_CREDENTIALS ->
                DirectoryAuth.clientCredentials(
                        needed(auth, "client_id"), needed(auth, "token_url"), text(auth, "scope", "auth.scope", ""));
        };
    }

    static String baseUrl(String given) {
        String url = given.strip().replaceAll("/+$", "");
        if (url.length() < 8 || url.length() > 2000 || url.contains("?") || url.contains("#")) {
            throw new InvalidDirectory("base_url", "must be the address of a SCIM 2.0 service, without query");
        }
        return url;
    }

    private static String needed(JsonObject auth, String name) {
        String value = text(auth, name, "auth." + name, "");
        if (value.isEmpty()) {
            throw new InvalidDirectory("auth." + name, "is required");
        }
        return value;
    }

    private static String text(JsonObject object, String name, String field, String otherwise) {
        Object value = object.getValue(name);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof String text) || text.length() > 4000) {
            throw new InvalidDirectory(field, "must be a text of at most 4000 characters");
        }
        return text;
    }

    private static JsonObject object(JsonObject body, String field) {
        Object value = body.getValue(field);
        if (value == null) {
            return new JsonObject();
        }
        if (!(value instanceof JsonObject object)) {
            throw new InvalidDirectory(field, "must be an object");
        }
        return object;
    }

    private static double number(
            JsonObject object, String name, String field, double otherwise, double least, double most) {
        Object value = object.getValue(name);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof Number number) || !(number.doubleValue() >= least && number.doubleValue() <= most)) {
            throw new InvalidDirectory(field, "must be a number from " + least + " to " + most);
        }
        return number.doubleValue();
    }
}
