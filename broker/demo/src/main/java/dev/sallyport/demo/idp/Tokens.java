package dev.sallyport.demo.idp;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Writes the provider's JWTs: ID tokens (OpenID Connect Core §2) and logout tokens (Back-Channel Logout §2.4). */
final class Tokens {

    static final String ACR = "urn:demo:acr:password";
    static final String LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";
    private static final Duration ID_TOKEN_LIFE = Duration.ofMinutes(5);
    private static final Duration LOGOUT_TOKEN_LIFE = Duration.ofMinutes(2);

    private final String issuer;
    private final Clock clock;
    private final SigningKeys keys;

    Tokens(String issuer, Clock clock, SigningKeys keys) {
        this.issuer = issuer;
        this.clock = clock;
        this.keys = keys;
    }

    /** The ID token of a grant; {@code nonce} is left out when it is empty. */
    String idToken(IdpClient client, Person person, Grants.Grant grant, String nonce) {
        Instant now = clock.instant();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(person.subject())
                .audience(client.clientId())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(ID_TOKEN_LIFE)))
                .claim("auth_time", grant.authTime().getEpochSecond())
                .claim("acr", ACR)
                .claim("amr", List.of("pwd"))
                .claim("sid", grant.sid());
        if (!nonce.isEmpty()) {
            claims.claim("nonce", nonce);
        }
        profile(person, grant.scopes()).forEach(entry -> claims.claim(entry.getKey(), plain(entry.getValue())));
        return keys.sign(client.idTokenAlgorithm(), JOSEObjectType.JWT, claims.build());
    }

    /** Tells a client that this session of this person is over. */
    String logoutToken(IdpClient client, String subject, String sid) {
        Instant now = clock.instant();
        return keys.sign(
                client.idTokenAlgorithm(),
                new JOSEObjectType("logout+jwt"),
                new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .subject(subject)
                        .audience(client.clientId())
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(LOGOUT_TOKEN_LIFE)))
                        .jwtID(UUID.randomUUID().toString())
                        .claim("sid", sid)
                        .claim("events", Map.of(LOGOUT_EVENT, Map.of()))
                        .build());
    }

    /** What the scopes let a client know about the person; the groups always go along. */
    JsonObject profile(Person person, Set<String> scopes) {
        JsonObject claims = new JsonObject();
        if (scopes.contains("profile")) {
            claims.put("name", person.name())
                    .put("given_name", person.givenName())
                    .put("family_name", person.familyName())
                    .put("preferred_username", person.email());
        }
        if (scopes.contains("email")) {
            claims.put("email", person.email()).put("email_verified", true);
        }
        return claims.put("groups", new JsonArray(person.groups()));
    }

    private static Object plain(Object value) {
        return value instanceof JsonArray array ? array.getList() : value;
    }
}
