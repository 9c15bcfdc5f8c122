package dev.sallyport.broker.config;

import dev.sallyport.database.DatabaseUrl;
import dev.sallyport.tenant.secret.MasterKey;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns environment variables and {@code sallyport.yaml} into {@link Settings}. The variable wins; every complaint names its key. */
public final class SettingsReader {
    private static final String PREFIX = "SALLYPORT_";
    private static final Set<String> KNOWN = new TreeSet<>(Set.of(
            "PUBLIC_URL",
            "HOST",
            "PORT",
            "MANAGEMENT_PORT",
            "DATABASE_URL",
            "DATA_DIR",
            "OPERATOR_TOKEN",
            "MASTER_KEY",
            "OUTBOUND_ALLOW",
            "TRUSTED_PROXIES",
            "DATABASE_CONNECTIONS",
            "MIGRATE",
            "KEY_ROTATION_DAYS"));
    /** Variables of the launcher, not of the server. */
    private static final Set<String> LAUNCHER = Set.of("JAVA_OPTS", "SERVER", "CONFIG");

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    private final Map<String, String> values = new TreeMap<>();

    private SettingsReader() {}

    /**
     * Reads and checks.
     *
     * @param environment the process's variables
     * @param file the content of the optional file: lower-case keys without the prefix, such as {@code public_url}
     * @throws BadSetting naming the key
     */
    public static Settings read(Map<String, String> environment, JsonObject file) {
        SettingsReader reader = new SettingsReader();
        reader.addFile(file);
        reader.addEnvironment(environment);
        return reader.settings();
    }

    private void addFile(JsonObject file) {
        file.forEach(entry -> {
            String key = entry.getKey().toUpperCase(java.util.Locale.ROOT);
            if (!KNOWN.contains(key) || !entry.getKey().equals(entry.getKey().toLowerCase(java.util.Locale.ROOT))) {
                throw new BadSetting("sallyport.yaml: " + entry.getKey(), "is not a known key" + suggestion(key));
            }
            Object value = entry.getValue();
            values.put(
                    key,
                    value instanceof Iterable<?> many
                            ? Stream.of(many)
                                    .flatMap(m -> java.util.stream.StreamSupport.stream(m.spliterator(), false))
                                    .map(String::valueOf)
                                    .collect(Collectors.joining(","))
                            : String.valueOf(value));
        });
    }

    private void addEnvironment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                String key = name.substring(PREFIX.length());
                if (KNOWN.contains(key)) {
                    values.put(key, value);
                } else if (!LAUNCHER.contains(key)) {
                    throw new BadSetting(name, "is not a known setting" + suggestion(key));
                }
            }
        });
    }

    private Settings settings() {
        Optional<DatabaseUrl> database = optional("DATABASE_URL", DatabaseUrl::parse);
        Optional<MasterKey> masterKey = optional("MASTER_KEY", MasterKey::parse);
        if (database.isPresent() && masterKey.isEmpty()) {
            throw new BadSetting(
                    PREFIX + "MASTER_KEY",
                    "is required when SALLYPORT_DATABASE_URL is set; make one with: openssl rand -base64 32");
        }
        int port = parse("PORT", "8080", SettingsReader::port);
        return new Settings(
                parse("PUBLIC_URL", "http://127.0.0.1:8080", SettingsReader::publicUrl),
                parse("HOST", "127.0.0.1", Function.identity()),
                port,
                parse("MANAGEMENT_PORT", "9090", SettingsReader::port),
                database,
                parse("DATA_DIR", "./data", Path::of),
                optional("OPERATOR_TOKEN", SettingsReader::operatorToken),
                masterKey,
                parse("OUTBOUND_ALLOW", "", SettingsReader::hostPorts),
                parse("TRUSTED_PROXIES", "", text -> list(text).map(Cidr::parse).toList()),
                parse("DATABASE_CONNECTIONS", "16", text -> number(text, 2, 500)),
                parse("MIGRATE", "true", SettingsReader::bool),
                parse("KEY_ROTATION_DAYS", "90", text -> Duration.ofDays(number(text, 1, 3_650))));
    }

    private <T> Optional<T> optional(String key, Function<String, T> parser) {
        String value = values.get(key);
        return value == null || value.isBlank() ? Optional.empty() : Optional.of(parse(key, value, parser));
    }

    private <T> T parse(String key, String fallback, Function<String, T> parser) {
        String value = values.getOrDefault(key, fallback);
        try {
            return parser.apply(value.strip());
        } catch (IllegalArgumentException e) {
            throw new BadSetting(PREFIX + key, e.getMessage());
        }
    }

    private static String publicUrl(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is not a URL", e);
        }
        boolean https = "https".equals(uri.getScheme());
        boolean loopback = "http".equals(uri.getScheme()) && LOOPBACK.contains(String.valueOf(uri.getHost()));
        if (uri.getHost() == null || !(https || loopback)) {
            throw new IllegalArgumentException("must be an https:// URL (plain http is for loopback addresses only)");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("must have no query, fragment or user");
        }
        if (uri.getRawPath() != null
                && !uri.getRawPath().isEmpty()
                && !uri.getRawPath().equals("/")) {
            throw new IllegalArgumentException("must have no path; Sallyport wants a host name of its own");
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static String operatorToken(String text) {
        if (text.length() < 32 || text.chars().distinct().count() < 10) {
            throw new IllegalArgumentException(
                    "must have at least 32 random characters; make one with: openssl rand -base64 33");
        }
        return text;
    }

    private static Set<String> hostPorts(String text) {
        return list(text)
                .map(entry -> {
                    if (!entry.matches("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]+):[0-9]{1,5}")) {
                        throw new IllegalArgumentException("has '" + entry + "', which is no exact host:port");
                    }
                    return entry;
                })
                .collect(Collectors.toUnmodifiableSet());
    }

    private static int port(String text) {
        return number(text, 0, 65_535);
    }

    private static int number(String text, int least, int most) {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException(
                    "must be a number from " + least + " to " + most + ", not '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    private static boolean bool(String text) {
        if (!List.of("true", "false").contains(text)) {
            throw new IllegalArgumentException("must be true or false, not '" + text + "'");
        }
        return text.equals("true");
    }

    private static Stream<String> list(String text) {
        return Arrays.stream(text.split("[,\\s]+")).filter(s -> !s.isEmpty());
    }

    private static String suggestion(String key) {
        return KNOWN.stream()
                .filter(known -> known.contains(key)
                        || key.contains(known)
                        || known.charAt(0) == (key.isEmpty() ? ' ' : key.charAt(0)))
                .findFirst()
                .map(known -> "; did you mean " + PREFIX + known + "?")
                .orElse("");
    }

    /** A setting that cannot be used; the message names the key. */
    public static final class BadSetting extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public BadSetting(String key, String problem) {
            super(key + " " + problem);
        }
    }
}
