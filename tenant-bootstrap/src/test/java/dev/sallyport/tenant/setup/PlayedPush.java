package dev.sallyport.tenant.setup;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The tokens of those who push, as the module above keeps them. */
public final class PlayedPush implements PushSettings {
    private final Map<TenantId, List<Token>> tokens = new ConcurrentHashMap<>();
    public final Map<TenantId, List<Refusal>> refused = new ConcurrentHashMap<>();

    @Override
    public String baseUrl(Tenant tenant) {
        return "https://sallyport.example/t/" + tenant.slug() + "/scim/v2";
    }

    @Override
    public Future<List<Token>> live(TenantId tenant) {
        return Future.succeededFuture(List.copyOf(of(tenant)));
    }

    @Override
    public Future<Optional<Made>> make(TenantId tenant, String actor) {
        if (of(tenant).size() == 2) {
            return Future.succeededFuture(Optional.empty());
        }
        Instant end = Instant.now().plus(Duration.ofDays(180));
        of(tenant).add(new Token(UUID.randomUUID(), Instant.now(), end, Optional.empty()));
        return Future.succeededFuture(
                Optional.of(new Made("sps_canary-" + tenant + "-" + of(tenant).size(), end)));
    }

    @Override
    public Future<Boolean> end(TenantId tenant, UUID id, String actor) {
        return Future.succeededFuture(of(tenant).removeIf(token -> token.id().equals(id)));
    }

    @Override
    public Future<List<Refusal>> refusals(TenantId tenant) {
        return Future.succeededFuture(refused.getOrDefault(tenant, List.of()));
    }

    private List<Token> of(TenantId tenant) {
        return tokens.computeIfAbsent(tenant, id -> new CopyOnWriteArrayList<>());
    }
}
