package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.connection.ProviderKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the issuer of each kind of provider is found from what its admins have at hand. Pure functions; whatever they make is checked like any
 * other issuer: exactly, against the provider's own description (OpenID Connect Discovery §4.3).
 */
final class IssuerForm {
    private static final String WELL_KNOWN = "/.well-known/openid-configuration";
    private static final String UUID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final Pattern ID = Pattern.compile(UUID);
    private static final Pattern ENTRA = Pattern.compile("https://login\\.microsoftonline\\.com/(" + UUID + ")/v2\\.0");
    private static final Pattern PING = Pattern.compile("https://auth\\.pingone\\.([a-z.]+)/(" + UUID + ")/as");
    private static final Pattern KEYCLOAK = Pattern.compile("(https?://.+)/realms/([^/]+)");
    private static final Pattern HOST =
            Pattern.compile("(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]{0,62})(?:\\.[a-z0-9](?:[a-z0-9-]{0,62}))+");
    private static final List<String> SHARED = List.of("common", "organizations", "consumers");

    private static final Map<String, String> REGIONS = regions();

    private IssuerForm() {}

    /**
     * A field of the form.
     *
     * @param choices value to label, if it is a choice; else empty
     */
    record Field(String name, String label, String hint, String placeholder, Map<String, String> choices) {
        private static Field text(String name, String label, String hint, String placeholder) {
            return new Field(name, label, hint, placeholder, Map.of());
        }
    }

    /** An issuer, or what is wrong with which field. */
    record Read(Optional<String> issuer, Map<String, String> errors) {
        private static Read of(String issuer) {
            return new Read(Optional.of(issuer), Map.of());
        }

        private static Read wrong(String field, String error) {
            return new Read(Optional.empty(), Map.of(field, error));
        }
    }

    /** What is asked for; nothing where every customer has the same issuer. */
    static List<Field> fields(ProviderKind kind) {
        return switch (kind) {
            case ENTRA ->
                List.of(Field.text(
                        "entra_tenant",
                        "Directory (tenant) ID",
                        "On the overview page of your app registration; not the application ID.",
                        "00000000-0000-0000-0000-000000000000"));
            case OKTA ->
                List.of(Field.text(
                        "okta_domain",
                        "Okta domain",
                        "As in the address bar of your Okta, without “-admin”. With an authorization server of your own, paste its issuer.",
                        "acme.okta.com"));
            case KEYCLOAK ->
                List.of(
                        Field.text(
                                "keycloak_url",
                                "Address of Keycloak",
                                "As people reach it, with its path if it has one.",
                                "https://sso.acme.example"),
                        Field.text("keycloak_realm", "Realm", "Its name as in the address, not its title.", "acme"));
            case PING ->
                List.of(
                        Field.text(
                                "ping_environment",
                                "Environment ID",
                                "Under Environment, Properties.",
                                "00000000-0000-0000-0000-000000000000"),
                        new Field("ping_region", "Region", "Where your environment is.", "", REGIONS));
            case GOOGLE, JUMPCLOUD -> List.of();
            case OIDC ->
                List.of(Field.text(
                        "issuer",
                        "Issuer",
                        "The address that identifies your provider. Everything else is found from it.",
                        "https://login.example.com"));
        };
    }

    /** Finds the issuer from the fields of a kind; an issuer of that kind that was pasted whole is taken as it is. */
    static Read read(ProviderKind kind, Map<String, String> values) {
        return switch (kind) {
            case ENTRA -> entra(value(values, "entra_tenant"));
            case OKTA -> okta(value(values, "okta_domain"));
            case GOOGLE -> Read.of("https://accounts.google.com");
            case JUMPCLOUD -> Read.of("https://oauth.id.jumpcloud.com/");
            case KEYCLOAK -> keycloak(value(values, "keycloak_url"), value(values, "keycloak_realm"));
            case PING -> ping(value(values, "ping_environment"), value(values, "ping_region"));
            case OIDC -> Read.of(value(values, "issuer"));
        };
    }

    /** The fields as they were when this issuer was made of them; what cannot be taken apart is shown whole in the first. */
    static Map<String, String> values(ProviderKind kind, String issuer) {
        Map<String, String> values = new LinkedHashMap<>();
        List<Field> fields = fields(kind);
        if (fields.isEmpty() || issuer.isEmpty()) {
            return values;
        }
        values.put(fields.get(0).name(), issuer);
        Pattern pattern =
                switch (kind) {
                    case ENTRA -> ENTRA;
                    case KEYCLOAK -> KEYCLOAK;
                    case PING -> PING;
                    default -> null;
                };
        if (kind == ProviderKind.OKTA && HOST.matcher(withoutScheme(issuer)).matches()) {
            values.put("okta_domain", withoutScheme(issuer));
        }
        Matcher matcher = pattern == null ? null : pattern.matcher(issuer);
        if (matcher == null || !matcher.matches()) {
            return values;
        }
        if (kind == ProviderKind.PING) {
            values.put("ping_environment", matcher.group(2));
            values.put("ping_region", matcher.group(1));
        } else {
            values.put(fields.get(0).name(), matcher.group(1));
            if (fields.size() > 1) {
                values.put(fields.get(1).name(), matcher.group(2));
            }
        }
        return values;
    }

    private static Read entra(String text) {
        Matcher whole = ENTRA.matcher(text);
        String id = whole.matches() ? whole.group(1) : text;
        if (ID.matcher(id).matches()) {
            return Read.of("https://login.microsoftonline.com/" + id.toLowerCase(Locale.ROOT) + "/v2.0");
        }
        if (SHARED.stream().anyMatch(word -> id.equalsIgnoreCase(word) || text.contains("/" + word + "/"))) {
            return Read.wrong(
                    "entra_tenant",
                    "This stands for everybody’s directories, not for yours: anybody at Microsoft could sign in. Enter the ID of your own directory.");
        }
        return Read.wrong(
                "entra_tenant",
                HOST.matcher(text.toLowerCase(Locale.ROOT)).matches()
                        ? "Enter the ID, not a domain name: Entra ID names itself by the ID, and both must be equal."
                        : "The ID looks like 00000000-0000-0000-0000-000000000000.");
    }

    private static Read okta(String text) {
        String host = withoutScheme(text).toLowerCase(Locale.ROOT);
        if (host.contains("/oauth2/")) {
            return Read.of("https://" + withoutScheme(text));
        }
        host = host.contains("/") ? host.substring(0, host.indexOf('/')) : host;
        host = host.replaceFirst("-admin(\\.okta(preview|-emea)?\\.com)$", "$1");
        return HOST.matcher(host).matches()
                ? Read.of("https://" + host)
                : Read.wrong("okta_domain", "A domain looks like acme.okta.com.");
    }

    private static Read keycloak(String address, String realm) {
        String base = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        Matcher whole = KEYCLOAK.matcher(base);
        if (whole.matches()) {
            return realm.isEmpty() || realm.equals(whole.group(2))
                    ? Read.of(base)
                    : Read.wrong("keycloak_realm", "The address already names the realm “" + whole.group(2) + "”.");
        }
        try {
            URI uri = new URI(base);
            if (uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                return Read.wrong("keycloak_url", "An address looks like https://sso.acme.example.");
            }
        } catch (URISyntaxException e) {
            return Read.wrong("keycloak_url", "An address looks like https://sso.acme.example.");
        }
        if (!realm.matches("[A-Za-z0-9._~-]{1,255}")) {
            return Read.wrong(
                    "keycloak_realm",
                    realm.isEmpty()
                            ? "Enter the realm’s name."
                            : "Enter the name as in the realm’s address: letters, digits, dots, hyphens.");
        }
        return Read.of(base + "/realms/" + realm);
    }

    private static Read ping(String environment, String region) {
        if (PING.matcher(environment).matches()) {
            return Read.of(environment);
        }
        if (!ID.matcher(environment).matches()) {
            return Read.wrong("ping_environment", "The ID looks like 00000000-0000-0000-0000-000000000000.");
        }
        return REGIONS.containsKey(region)
                ? Read.of("https://auth.pingone." + region + "/" + environment.toLowerCase(Locale.ROOT) + "/as")
                : Read.wrong("ping_region", "Choose the region of your environment.");
    }

    private static String value(Map<String, String> values, String name) {
        String text = values.getOrDefault(name, "").strip();
        return text.endsWith(WELL_KNOWN) ? text.substring(0, text.length() - WELL_KNOWN.length()) : text;
    }

    private static String withoutScheme(String text) {
        String bare = text.replaceFirst("(?i)^https://", "");
        return bare.endsWith("/") ? bare.substring(0, bare.length() - 1) : bare;
    }

    private static Map<String, String> regions() {
        Map<String, String> regions = new LinkedHashMap<>();
        regions.put("com", "North America (pingone.com)");
        regions.put("ca", "Canada (pingone.ca)");
        regions.put("eu", "Europe (pingone.eu)");
        regions.put("asia", "Asia-Pacific (pingone.asia)");
        regions.put("com.au", "Australia (pingone.com.au)");
        regions.put("sg", "Singapore (pingone.sg)");
        return java.util.Collections.unmodifiableMap(regions);
    }
}
