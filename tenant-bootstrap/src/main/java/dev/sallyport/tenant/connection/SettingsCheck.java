package dev.sallyport.tenant.connection;

import dev.sallyport.outbound.OutboundPolicy;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.roles.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Judges {@link ConnectionSettings} before they are stored. */
final class SettingsCheck {
    /** Asymmetric only: an HMAC would make the client secret a signing key, and {@code none} is no signature. */
    static final Set<String> ALGORITHMS = Set.of("ES256", "ES384", "RS256", "PS256");

    private static final Set<String> METHODS = Set.of("client_secret_basic", "client_secret_post", "private_key_jwt");
    private static final Set<String> SUBJECTS = Set.of(ClaimNames.SUB, ClaimNames.OID_TID);
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]{1,100}");
    private static final Pattern CLAIM = Pattern.compile("[\\x21-\\x7E]{1,200}");

    /** Words, and the directory of all personal accounts, that stand for more than one organisation. */
    private static final Pattern SHARED_ENTRA = Pattern.compile(
            "^https://[^/]*(microsoftonline|windows)\\.(com|us|cn|net)/(common|organizations|consumers|\\{tenantid}|9188040d-6c67-4c5b-b112-36a304b66dad)(/|$)");

    private static final int MOST_PILOT_GROUPS = 50;

    private final List<Violation> violations = new ArrayList<>();
    private boolean blocked;

    private SettingsCheck() {}

    /**
     * @throws ConnectionRefused naming everything that is wrong
     */
    static void check(ConnectionSettings settings, OutboundPolicy policy) {
        SettingsCheck check = new SettingsCheck();
        check.texts(settings);
        check.issuer(settings.issuer(), policy);
        check.lists(settings);
        if (!check.violations.isEmpty()) {
            throw new ConnectionRefused(check.violations, check.blocked);
        }
    }

    /**
     * Judges what keys the people of a connection.
     *
     * @throws ConnectionRefused if it is not known to be immutable
     */
    static void subject(String claim) {
        if (!SUBJECTS.contains(claim)) {
            throw new ConnectionRefused(
                    List.of(
                            new Violation(
                                    "claims.subject",
                                    "must be sub, or oid+tid for Microsoft Entra ID: what keys a person must never be given to another")),
                    false);
        }
    }

    /**
     * Judges the groups of a pilot. Names are taken byte for byte, as the provider writes them.
     *
     * @throws ConnectionRefused if there are none or too many, or one can be nobody's
     */
    static void pilot(List<String> groups) {
        boolean sound = !groups.isEmpty()
                && groups.size() <= MOST_PILOT_GROUPS
                && groups.stream()
                        .allMatch(g ->
                                !g.isBlank() && g.length() <= 500 && g.chars().noneMatch(Character::isISOControl));
        if (!sound) {
            throw new ConnectionRefused(
                    List.of(new Violation(
                            "pilot_groups",
                            "must be 1 to " + MOST_PILOT_GROUPS + " names of groups of 1 to 500 characters")),
                    false);
        }
    }

    private void texts(ConnectionSettings settings) {
        length("name", settings.name(), 200);
        length("client_id", settings.clientId(), 500);
        settings.clientSecret().ifPresent(secret -> length("client_secret", secret, 2000));
        if (!METHODS.contains(settings.tokenEndpointAuthMethod())) {
            refuse("token_endpoint_auth_method", "must be client_secret_basic, client_secret_post or private_key_jwt");
        }
    }

    // OpenID Connect Discovery §3: an issuer has no query and no fragment. A well-known path at its end is a paste of
    // the document's address.
    private void issuer(String issuer, OutboundPolicy policy) {
        if (issuer.indexOf('?') >= 0 || issuer.indexOf('#') >= 0) {
            refuse("issuer", "an issuer has no query and no fragment");
        } else if (issuer.contains("/.well-known/")) {
            refuse("issuer", "enter the issuer itself, without /.well-known/openid-configuration");
        } else if (SHARED_ENTRA.matcher(issuer).find()) {
            refuse(
                    "issuer",
                    "enter the issuer of your own Entra tenant, with its tenant ID in place of the word in the path");
        } else {
            try {
                policy.check(issuer);
            } catch (OutboundRefused e) {
                blocked = true;
                refuse("issuer", "this address may not be called: it must be https on the public internet");
            }
        }
    }

    private void lists(ConnectionSettings settings) {
        List<String> scopes = settings.scopes();
        if (!scopes.contains("openid")
                || scopes.size() > 20
                || !scopes.stream().allMatch(s -> SCOPE.matcher(s).matches())) {
            refuse("scopes", "must be at most 20 scope names, openid among them");
        }
        if (settings.algorithms().isEmpty() || !ALGORITHMS.containsAll(settings.algorithms())) {
            refuse(
                    "algorithms",
                    "must be some of " + ALGORITHMS.stream().sorted().toList());
        }
        ClaimNames claims = settings.claims();
        List<String> names =
                List.of(claims.email(), claims.name(), claims.givenName(), claims.familyName(), claims.groups());
        if (!names.stream().allMatch(name -> CLAIM.matcher(name).matches())) {
            refuse("claims", "must be claim names of 1 to 200 printable characters");
        }
    }

    private void length(String field, String text, int most) {
        if (text.isBlank() || text.length() > most || text.chars().anyMatch(Character::isISOControl)) {
            refuse(field, "must be 1 to " + most + " characters");
        }
    }

    private void refuse(String field, String message) {
        violations.add(new Violation(field, message));
    }
}
