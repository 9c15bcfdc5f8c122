package dev.sallyport.broker.federation;

import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ProviderKind;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Set;

/**
 * Google is one issuer for everybody: its companies, all other companies, and whoever has an account with it. So the signature proves that
 * somebody has a Google account, and nothing of the tenant; that proof is the claim {@code hd}, the Workspace domain, which must be one that
 * the tenant has proven to be its own. Pure.
 */
final class HostedDomain {
    /** The one issuer of Google accounts. */
    static final String GOOGLE = "https://accounts.google.com";

    private HostedDomain() {}

    /** Whether the provider serves others than the tenant, so that it has to be asked. */
    static boolean matters(Connection connection) {
        return connection.provider() == ProviderKind.GOOGLE
                || connection.issuer().equals(GOOGLE);
    }

    /**
     * Judges the claims of an ID token.
     *
     * @param own the domains that the tenant has proven, in ASCII form
     * @throws IdTokenCheck.Untrusted {@code no_proven_domain} or {@code hosted_domain}
     */
    static void check(JsonObject claims, Set<String> own) {
        IdTokenCheck.require(!own.isEmpty(), "no_proven_domain");
        IdTokenCheck.require(
                claims.getValue("hd") instanceof String domain && own.contains(domain.toLowerCase(Locale.ROOT)),
                "hosted_domain");
    }
}
