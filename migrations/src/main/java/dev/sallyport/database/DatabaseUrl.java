package dev.sallyport.database;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where PostgreSQL is and as whom the schema's owner connects: {@code postgresql://user:pass@host:port/db?sslmode=…}.
 *
 * @param sslMode {@code disable}, {@code require} (encrypted, certificate not checked) or {@code verify-full}
 * @param sslRootCert path of a PEM file with the authority that {@code verify-full} trusts, empty for the system's own
 */
public record DatabaseUrl(
        String host, int port, String database, String user, String password, String sslMode, String sslRootCert) {
    private static final Set<String> SSL_MODES = Set.of("disable", "require", "verify-full");

    /**
     * Reads a connection URL.
     *
     * @throws IllegalArgumentException with a message that says what is wrong and never contains the password
     */
    public static DatabaseUrl parse(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("is not a URL; expected postgresql://user:pass@host:port/db", e);
        }
        if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
            throw new IllegalArgumentException("must begin with postgresql://");
        }
        String userInfo = uri.getRawUserInfo();
        String path = uri.getPath();
        if (uri.getHost() == null || userInfo == null || path == null || path.length() < 2) {
            throw new IllegalArgumentException(
                    "must name user, host and database: postgresql://user:pass@host:port/db");
        }
        int colon = userInfo.indexOf(':');
        String user = decode(colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? "" : decode(userInfo.substring(colon + 1));
        Map<String, String> parameters = parameters(uri.getRawQuery());
        String sslMode = parameters.getOrDefault("sslmode", "disable");
        if (!SSL_MODES.contains(sslMode)) {
            throw new IllegalArgumentException("has an unknown sslmode; use disable, require or verify-full");
        }
        return new DatabaseUrl(
                uri.getHost().replaceAll("^\\[|\\]$", ""),
                uri.getPort() < 0 ? 5432 : uri.getPort(),
                path.substring(1),
                user,
                password,
                sslMode,
                parameters.getOrDefault("sslrootcert", ""));
    }

    /** The same server and database as another role. */
    public DatabaseUrl as(String otherUser, String otherPassword) {
        return new DatabaseUrl(host, port, database, otherUser, otherPassword, sslMode, sslRootCert);
    }

    /** The same server and role, another database. */
    public DatabaseUrl withDatabase(String other) {
        return new DatabaseUrl(host, port, other, user, password, sslMode, sslRootCert);
    }

    String jdbc() {
        String authority = host.contains(":") ? "[" + host + "]" : host;
        String ssl = sslMode.equals("disable") ? "" : "&sslmode=" + sslMode;
        String root = sslRootCert.isEmpty() ? "" : "&sslrootcert=" + sslRootCert;
        return "jdbc:postgresql://" + authority + ":" + port + "/" + database + "?ApplicationName=sallyport-migrate"
                + ssl + root;
    }

    /** Host, port and database; never a credential. */
    @Override
    public String toString() {
        return "postgresql://" + host + ":" + port + "/" + database;
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> result = new LinkedHashMap<>();
        if (query != null) {
            Arrays.stream(query.split("&", -1))
                    .filter(p -> p.contains("="))
                    .forEach(p -> result.put(
                            decode(p.substring(0, p.indexOf('='))), decode(p.substring(p.indexOf('=') + 1))));
        }
        Set<String> known = Set.of("sslmode", "sslrootcert");
        result.keySet().stream().filter(k -> !known.contains(k)).findFirst().ifPresent(k -> {
            throw new IllegalArgumentException("has an unknown parameter; sslmode and sslrootcert are understood");
        });
        return result;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
