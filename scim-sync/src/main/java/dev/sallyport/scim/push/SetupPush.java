package dev.sallyport.scim.push;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.setup.PushSettings;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the setup wizard knows of SCIM push. */
public final class SetupPush implements PushSettings {
    private final String publicUrl;
    private final ScimTokens tokens;
    private final Refusals refusals;
    private final Clock clock;

    /**
     * @param publicUrl base of all addresses, without a slash at the end
     */
    public SetupPush(String publicUrl, ScimTokens tokens, Refusals refusals, Clock clock) {
        this.publicUrl = publicUrl;
        this.tokens = tokens;
        this.refusals = refusals;
        this.clock = clock;
    }

    @Override
    public String baseUrl(Tenant tenant) {
        return tenant.issuer(publicUrl) + "/scim/v2";
    }

    @Override
    public Future<List<Token>> live(TenantId tenant) {
        return tokens.list(tenant).map(all -> all.stream()
                .filter(token ->
                        token.revokedAt().isEmpty() && token.expiresAt().isAfter(clock.instant()))
                .map(token -> new Token(token.id(), token.createdAt(), token.expiresAt(), token.lastUsedAt()))
                .toList());
    }

    @Override
    public Future<Optional<Made>> make(TenantId tenant, String actor) {
        return tokens.create(tenant, ScimTokens.LIFE, actor)
                .map(made -> Optional.of(new Made(made.secret(), made.token().expiresAt())))
                .recover(e ->
                        e instanceof TooManyTokens ? Future.succeededFuture(Optional.empty()) : Future.failedFuture(e));
    }

    @Override
    public Future<Boolean> end(TenantId tenant, UUID id, String actor) {
        return tokens.revoke(tenant, id, actor);
    }

    @Override
    public Future<List<Refusal>> refusals(TenantId tenant) {
        return refusals.latest(tenant).map(all -> all.stream()
                .map(one -> new Refusal(one.operation(), one.status(), one.cause(), one.times(), one.lastAt()))
                .toList());
    }
}
