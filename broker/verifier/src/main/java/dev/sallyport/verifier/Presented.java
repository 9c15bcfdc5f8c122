package dev.sallyport.verifier;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.sallyport.verifier.TokenRefused.Reason;
import java.text.ParseException;
import java.util.Map;
import java.util.Set;

/**
 * A token as it came, taken apart; nothing of it is believed yet. What is said in the header is checked here, before anything is fetched
 * or computed (RFC 8725 §3.1, §3.11).
 */
record Presented(String kid, JWSAlgorithm algorithm, String signed, Base64URL signature, Map<String, Object> claims) {
    /** Longer texts are not looked at. */
    static final int LONGEST = 8_192;

    private static final int DEEPEST = 16;
    private static final int LONGEST_KID = 200;
    private static final Map<String, JWSAlgorithm> ALGORITHMS =
            Map.of("ES256", JWSAlgorithm.ES256, "RS256", JWSAlgorithm.RS256);
    private static final Set<String> FORBIDDEN =
            Set.of("crit", "b64", "zip", "enc", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256");

    /**
     * Takes a token apart.
     *
     * @throws TokenRefused if it is not an access token that could be good
     */
    static Presented parse(String token) {
        if (token.length() > LONGEST) {
            throw new TokenRefused(Reason.MALFORMED);
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first < 1 || second < first + 2 || second + 1 >= token.length() || token.indexOf('.', second + 1) >= 0) {
            throw new TokenRefused(Reason.MALFORMED);
        }
        Map<String, Object> header = json(token.substring(0, first));
        if (header.keySet().stream().anyMatch(FORBIDDEN::contains)) {
            throw new TokenRefused(Reason.HEADER);
        }
        JWSAlgorithm algorithm = header.get("alg") instanceof String name ? ALGORITHMS.get(name) : null;
        if (algorithm == null) {
            throw new TokenRefused(Reason.ALGORITHM);
        }
        if (!"at+jwt".equals(header.get("typ"))) {
            throw new TokenRefused(Reason.WRONG_TYPE);
        }
        if (!(header.get("kid") instanceof String kid) || kid.isEmpty() || kid.length() > LONGEST_KID) {
            throw new TokenRefused(Reason.UNKNOWN_KEY);
        }
        String signature = token.substring(second + 1);
        if (!isBase64Url(signature)) {
            throw new TokenRefused(Reason.MALFORMED);
        }
        return new Presented(
                kid,
                algorithm,
                token.substring(0, second),
                new Base64URL(signature),
                json(token.substring(first + 1, second)));
    }

    /** {@code iss}, not believed yet. */
    String issuer() {
        if (claims.get("iss") instanceof String issuer) {
            return issuer;
        }
        throw new TokenRefused(Reason.UNKNOWN_ISSUER);
    }

    private static Map<String, Object> json(String part) {
        if (!isBase64Url(part)) {
            throw new TokenRefused(Reason.MALFORMED);
        }
        String text = new Base64URL(part).decodeToString();
        if (isTooDeep(text)) {
            throw new TokenRefused(Reason.MALFORMED);
        }
        try {
            return JSONObjectUtils.parse(text);
        } catch (ParseException | RuntimeException e) {
            throw new TokenRefused(Reason.MALFORMED);
        }
    }

    /** Nimbus' decoder skips what is not of the alphabet; a token has one spelling only. */
    private static boolean isBase64Url(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            if (!letter) {
                return false;
            }
        }
        return text.length() % 4 != 1;
    }

    private static boolean isTooDeep(String json) {
        int depth = 0;
        boolean quoted = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' || c == '[') {
                if (++depth > DEEPEST) {
                    return true;
                }
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
        return false;
    }
}
