package dev.sallyport.broker.op;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.keys.TenantKeys;
import dev.sallyport.broker.token.Allowance;
import dev.sallyport.broker.token.Tokens;
import dev.sallyport.broker.token.VerifiedToken;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Makes the token that comes out of an exchange, and the answer that carries it (RFC 8693 §2.2.1). */
public final class ExchangedToken {
    private final String publicUrl;
    private final Tokens tokens;
    private final Clock clock;

    public ExchangedToken(String publicUrl, Tokens tokens, Clock clock) {
        this.publicUrl = publicUrl;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * What goes in.
     *
     * @param client who asks
     * @param target whose audience it is for; if it is not the client's own, the client stands in {@code act} (RFC 8693 §4.1)
     * @param end it is not good after it, whatever its usual life
     */
    record Content(
            Applications.Client client,
            Applications.Client target,
            UserId user,
            ExchangedScope scope,
            Origin origin,
            Optional<Instant> end) {}

    /** What the token hangs on, and how the person was authenticated. */
    sealed interface Origin {
        /** An API key: nobody was authenticated, so there is no time of it, no method, and the lowest class. */
        record Key(UUID id) implements Origin {}

        /** A person's access token, whose session or key, authentication and earlier actors are taken over. */
        record Token(VerifiedToken subject) implements Origin {}
    }

    /** The answer. */
    Future<JsonObject> answer(TenantKeys with, Tenant tenant, Content content) {
        Instant now = Instant.ofEpochSecond(clock.instant().getEpochSecond());
        Instant usual = now.plus(tenant.lifetimes().accessToken());
        Instant end = content.end().filter(e -> e.isBefore(usual)).orElse(usual);
        Allowance allowance = content.scope().allowance();
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .issuer(tenant.issuer(publicUrl))
                .audience(content.target().audience())
                .subject(content.user().toString())
                .claim("client_id", content.client().id())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(end))
                .jwtID(UUID.randomUUID().toString())
                .claim("scope", String.join(" ", content.scope().names()))
                .claim("tenant", tenant.slug())
                .claim("permissions", List.copyOf(allowance.permissions()))
                .claim("roles", List.copyOf(allowance.roles()));
        origin(claims, content.origin());
        actor(claims, content);
        return tokens.accessToken(with, tenant, content.target().application().signingAlgorithm(), claims.build())
                .map(token -> new JsonObject()
                        .put("access_token", token)
                        .put("issued_token_type", ExchangeRequest.ACCESS_TOKEN)
                        .put("token_type", "Bearer")
                        .put("expires_in", end.getEpochSecond() - now.getEpochSecond())
                        .put("scope", String.join(" ", content.scope().names())));
    }

    private static void origin(JWTClaimsSet.Builder claims, Origin origin) {
        if (origin instanceof Origin.Key key) {
            claims.claim(VerifiedToken.API_KEY, key.id().toString())
                    .claim("acr", "0")
                    .claim("amr", List.of());
        } else if (origin instanceof Origin.Token token) {
            JWTClaimsSet subject = token.subject().claims();
            for (String name : List.of("sid", "fam", VerifiedToken.API_KEY, "auth_time", "acr", "amr")) {
                Optional.ofNullable(subject.getClaim(name)).ifPresent(value -> claims.claim(name, value));
            }
        }
    }

    private static void actor(JWTClaimsSet.Builder claims, Content content) {
        Object before = content.origin() instanceof Origin.Token token
                ? token.subject().claims().getClaim("act")
                : null;
        if (!content.target().id().equals(content.client().id())) {
            Map<String, Object> act = new LinkedHashMap<>();
            act.put("sub", "client:" + content.client().id());
            if (before != null) {
                act.put("act", before);
            }
            claims.claim("act", act);
        } else if (before != null) {
            claims.claim("act", before);
        }
    }
}
