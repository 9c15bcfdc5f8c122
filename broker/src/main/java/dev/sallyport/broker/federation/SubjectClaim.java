package dev.sallyport.broker.federation;

import dev.sallyport.tenant.connection.ClaimNames;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The immutable key of a person within the issuer, out of the claims of the signed ID token alone. Pure. It is never an e-mail address or a
 * name (A01): those are given to somebody else one day.
 */
final class SubjectClaim {
    /** Where issuers of Entra ID live; the first part of their path is the Entra tenant. */
    private static final Set<String> ENTRA = Set.of(
            "login.microsoftonline.com",
            "login.microsoftonline.us",
            "login.partner.microsoftonline.cn",
            "sts.windows.net");

    private static final Pattern OBJECT = Pattern.compile("[0-9A-Za-z-]{1,64}");

    private SubjectClaim() {}

    /**
     * @param issuer of the connection, which is the token's
     * @param name {@link ClaimNames#SUB}, {@link ClaimNames#OID_TID}, or a claim that a connection was set up with before there was this
     *     choice
     */
    static String read(JsonObject claims, String issuer, String name) {
        return name.equals(ClaimNames.OID_TID) ? object(claims, issuer) : text(ClaimPath.find(claims, name));
    }

    /** {@code {oid}.{tid}}: neither can hold a dot, so that no two people can be written alike. */
    private static String object(JsonObject claims, String issuer) {
        String oid = part(claims, "oid");
        String tid = part(claims, "tid");
        URI uri = URI.create(issuer);
        if (uri.getHost() != null && ENTRA.contains(uri.getHost())) {
            String[] path = uri.getPath().split("/", -1);
            IdTokenCheck.require(path.length > 1 && path[1].equals(tid), "tid");
        }
        return oid + "." + tid;
    }

    private static String part(JsonObject claims, String name) {
        IdTokenCheck.require(
                claims.getValue(name) instanceof String text
                        && OBJECT.matcher(text).matches(),
                name);
        return claims.getString(name);
    }

    private static String text(Object value) {
        IdTokenCheck.require(
                value instanceof String text
                        && !text.isEmpty()
                        && text.length() <= 255
                        && text.chars().noneMatch(Character::isISOControl),
                "subject_claim_missing");
        return (String) value;
    }
}
