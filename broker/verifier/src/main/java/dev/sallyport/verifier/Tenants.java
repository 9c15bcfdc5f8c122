package dev.sallyport.verifier;

import dev.sallyport.verifier.TokenRefused.Reason;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;

/**
 * The tenants that are in use. One gets in only once its keys were read, so made-up tenants take nobody's place: of them only so many names
 * are remembered, for a short time, and only so many a second are asked for at all.
 */
final class Tenants {
    private static final int MOST_UNKNOWN = 1_000;
    private static final int ASKED_PER_SECOND = 10;
    private static final int ASKED_AT_ONCE = 50;
    private static final long UNKNOWN_NANOS = Keys.WINDOW.toNanos();
    private static final long UNREACHED_NANOS = Duration.ofSeconds(2).toNanos();

    private final int most;
    private final BiFunction<String, String, Tenant> maker;
    private final Ticker ticker;
    private final Map<String, Tenant> known = new ConcurrentHashMap<>();
    private final Map<String, Contact> contacts = new LinkedHashMap<>();
    private double tokens = ASKED_AT_ONCE;
    private long filledAt;
    private boolean closed;

    /** A first contact: under way, or failed and not to be tried again before a time. */
    private static final class Contact {
        private final CompletableFuture<Tenant> outcome = new CompletableFuture<>();
        private long endedAt;
        private long restNanos;
    }

    /**
     * @param most so many tenants are in use at once; the one that was used longest ago goes
     * @param maker from issuer and slug
     */
    Tenants(int most, BiFunction<String, String, Tenant> maker, Ticker ticker) {
        this.most = most;
        this.maker = maker;
        this.ticker = ticker;
        this.filledAt = ticker.nanos();
    }

    /** The tenant that is an issuer; fails with {@link TokenRefused} if it has no keys. */
    CompletableFuture<Tenant> of(String issuer, String slug) {
        Tenant tenant = known.get(issuer);
        return tenant != null ? CompletableFuture.completedFuture(tenant) : meet(issuer, slug);
    }

    /** Lets those rest that nobody has asked for. */
    void sweep(Duration idle) {
        long now = ticker.nanos();
        known.values().stream()
                .filter(tenant -> now - tenant.usedAt() > idle.toNanos())
                .forEach(Tenant::rest);
    }

    synchronized void close() {
        closed = true;
        known.values().forEach(Tenant::forget);
        known.clear();
        contacts.clear();
    }

    /** How many are in use. */
    int size() {
        return known.size();
    }

    private CompletableFuture<Tenant> meet(String issuer, String slug) {
        Contact mine;
        synchronized (this) {
            Tenant tenant = known.get(issuer);
            if (tenant != null) {
                return CompletableFuture.completedFuture(tenant);
            }
            Contact before = contacts.get(issuer);
            long now = ticker.nanos();
            if (before != null && (!before.outcome.isDone() || now - before.endedAt < before.restNanos)) {
                return before.outcome;
            }
            if (closed || !mayAsk(now)) {
                return CompletableFuture.failedFuture(new TokenRefused(Reason.KEYS_UNAVAILABLE));
            }
            mine = new Contact();
            contacts.remove(issuer);
            contacts.put(issuer, mine);
            Iterator<Contact> eldest = contacts.values().iterator();
            if (contacts.size() > MOST_UNKNOWN) {
                eldest.next();
                eldest.remove();
            }
        }
        Tenant tenant = maker.apply(issuer, slug);
        var unused = tenant.keys().first().whenComplete((v, failure) -> met(mine, tenant, failure));
        return mine.outcome;
    }

    private void met(Contact contact, Tenant tenant, Throwable failure) {
        synchronized (this) {
            contact.endedAt = ticker.nanos();
            if (failure == null && !closed) {
                makeRoom();
                known.put(tenant.issuer(), tenant);
                contacts.remove(tenant.issuer(), contact);
            } else {
                Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                boolean unknown = cause instanceof TokenRefused refused && refused.reason() == Reason.UNKNOWN_ISSUER;
                contact.restNanos = unknown ? UNKNOWN_NANOS : UNREACHED_NANOS;
            }
        }
        if (failure == null) {
            contact.outcome.complete(tenant);
        } else {
            contact.outcome.completeExceptionally(failure);
        }
    }

    private void makeRoom() {
        if (known.size() >= most) {
            known.values().stream()
                    .min(Comparator.comparingLong(Tenant::usedAt))
                    .ifPresent(tenant -> {
                        known.remove(tenant.issuer());
                        tenant.forget();
                    });
        }
    }

    private boolean mayAsk(long now) {
        tokens = Math.min(ASKED_AT_ONCE, tokens + (now - filledAt) / 1e9 * ASKED_PER_SECOND);
        filledAt = now;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
