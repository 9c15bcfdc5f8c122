package dev.sallyport.demo.story;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.json.JsonObject;
import java.text.ParseException;
import java.util.stream.StreamSupport;

/** Validates tokens as any program could: with the issuer's discovery document and key set, and nothing else. */
final class TokenProof {
    private final String issuer;
    private final JWKSet keys;

    private TokenProof(String issuer, JWKSet keys) {
        this.issuer = issuer;
        this.keys = keys;
    }

    /** Reads the issuer's public documents. */
    static TokenProof of(String issuer) {
        JsonObject discovery = Checks.status(
                        "discovery", 200, Caller.anybody(issuer).get("/.well-known/openid-configuration"))
                .json();
        Checks.equal("the issuer in its discovery document", issuer, discovery.getString("issuer"));
        String jwks = discovery.getString("jwks_uri");
        try {
            return new TokenProof(
                    issuer,
                    JWKSet.parse(Checks.status(
                                    "the key set", 200, Caller.anybody(jwks).get(""))
                            .body()));
        } catch (ParseException e) {
            throw new Broken("the key set at " + jwks + " cannot be read", e);
        }
    }

    /** The claims of a token of this type (RFC 7515 {@code typ}) for this audience; fails when it is not good. */
    JsonObject claims(String what, String token, String type, String audience) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWK key = keys.getKeyByKeyId(jwt.getHeader().getKeyID());
            Checks.that(key != null, "the key of " + what + " is in the issuer's key set");
            Checks.that(jwt.verify(verifier(key)), "the signature of " + what + " is good");
            Checks.equal("typ of " + what, type, String.valueOf(jwt.getHeader().getType()));
            JsonObject claims = new JsonObject(jwt.getJWTClaimsSet().toJSONObject());
            Checks.equal("iss of " + what, issuer, claims.getString("iss"));
            Checks.equal("aud of " + what, audience, single(claims.getValue("aud")));
            long now = System.currentTimeMillis() / 1000;
            Checks.that(claims.getLong("exp") > now, what + " has not expired");
            Checks.that(claims.getLong("iat") <= now + 1, what + " is not from the future");
            return claims;
        } catch (ParseException | JOSEException e) {
            throw new Broken(what + " cannot be read", e);
        }
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException {
        return key instanceof ECKey curve ? new ECDSAVerifier(curve) : new RSASSAVerifier(key.toRSAKey());
    }

    private static String single(Object audience) {
        return audience instanceof Iterable<?> several
                ? String.join(
                        " and ",
                        StreamSupport.stream(several.spliterator(), false)
                                .map(String::valueOf)
                                .toList())
                : String.valueOf(audience);
    }
}
