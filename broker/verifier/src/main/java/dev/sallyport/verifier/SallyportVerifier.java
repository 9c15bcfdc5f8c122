package dev.sallyport.verifier;

import dev.sallyport.verifier.Remembered.Entry;
import dev.sallyport.verifier.TokenRefused.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Checks access tokens of all tenants (RFC 9068 §4) and refuses those that a tenant's revocation feed has cut off. Safe for any number of
 * threads; make one per API and keep it. Uses daemon threads only.
 *
 * <p>Nothing is asked of Sallyport for a token whose tenant is in use: keys are kept, and one long poll per tenant brings what is cut off
 * within a second. The first token of a tenant waits for both, five seconds each at most.
 */
public final class SallyportVerifier implements AutoCloseable {
    private static final long SWEEP_SECONDS = 30;
    /** Longer than keys and feed may take together. */
    private static final long LONGEST_WAIT_SECONDS = 15;

    private final Issuers issuers;
    private final Claims claims;
    private final Tenants tenants;
    private final Remembered remembered;
    private final Duration idle;
    private final ScheduledThreadPoolExecutor timer;

    SallyportVerifier(VerifierBuilder with) {
        timer = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "sallyport-verifier");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        idle = with.idle;
        Http http = new Http(timer);
        issuers = new Issuers(with.issuers, with.tenants);
        claims = new Claims(with.audience, with.clients, with.skew, with.clock);
        remembered = new Remembered(with.remember);
        tenants = new Tenants(
                with.mostTenants,
                (issuer, slug) -> {
                    Keys keys = new Keys(http, URI.create(issuer + "/jwks"), with.provider, with.ticker);
                    Feed feed = new Feed(
                            http,
                            URI.create(issuer + "/revocations"),
                            with.feed,
                            timer,
                            with.clock,
                            with.ticker,
                            keys::revoked);
                    return new Tenant(issuer, slug, keys, feed, with.ticker);
                },
                with.ticker);
        var unused = timer.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
    }

    /** A builder; {@link VerifierBuilder#issuers} and {@link VerifierBuilder#resource} must be told. */
    public static VerifierBuilder builder() {
        return new VerifierBuilder();
    }

    /**
     * Checks a token. Waits only when its tenant was not in use before or signs with a new key; see {@link #verifyAsync} for threads that
     * must not wait.
     *
     * @param token the bearer token, without the word {@code Bearer}
     * @throws TokenRefused if it is not good here and now, or if that cannot be known
     */
    public VerifiedToken verify(String token) {
        try {
            return verifyAsync(token).get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof TokenRefused refused ? refused : new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new TokenRefused(Reason.KEYS_UNAVAILABLE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TokenRefused(Reason.KEYS_UNAVAILABLE);
        }
    }

    /**
     * Checks the token of an {@code Authorization} header (RFC 6750 §2.1), as {@link #verify}.
     *
     * @param authorization the header's value, or null
     */
    public VerifiedToken verifyHeader(String authorization) {
        return verify(bearer(authorization));
    }

    /**
     * Takes the token out of an {@code Authorization} header.
     *
     * @throws TokenRefused {@link Reason#MISSING} if it holds none
     */
    public static String bearer(String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw new TokenRefused(Reason.MISSING);
        }
        return authorization.substring(7).strip();
    }

    /** Checks a token without ever waiting; complete already when its tenant is in use. Fails with {@link TokenRefused}. */
    public CompletableFuture<VerifiedToken> verifyAsync(String token) {
        if (token == null || token.isEmpty()) {
            return CompletableFuture.failedFuture(new TokenRefused(Reason.MISSING));
        }
        try {
            String hash = remembered.isOff() || token.length() > Presented.LONGEST ? null : Remembered.hash(token);
            Entry before = hash == null ? null : remembered.find(hash);
            if (before != null) {
                if (!before.tenant().isForgotten() && before.tenant().keys().holds(before.key())) {
                    claims.inTime(before.token().issuedAt(), before.token().expiresAt());
                    return bare(notCutOff(before.tenant(), before.token()));
                }
                remembered.remove(before);
            }
            return bare(check(token, hash));
        } catch (TokenRefused e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Follows no feed any more; from now on every token of a tenant is refused with 503. */
    @Override
    public void close() {
        tenants.close();
        timer.shutdownNow();
    }

    /** Lets tenants rest that were idle for long. */
    void sweep() {
        tenants.sweep(idle);
    }

    /** How many tenants are in use. */
    int tenantsInUse() {
        return tenants.size();
    }

    /** The same outcome, failing with the refusal itself and not with a wrapping of it. */
    private static CompletableFuture<VerifiedToken> bare(CompletableFuture<VerifiedToken> outcome) {
        if (outcome.isDone() && !outcome.isCompletedExceptionally()) {
            return outcome;
        }
        CompletableFuture<VerifiedToken> bare = new CompletableFuture<>();
        var unused = outcome.whenComplete((token, failure) -> {
            if (failure == null) {
                bare.complete(token);
            } else {
                bare.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
            }
        });
        return bare;
    }

    private CompletableFuture<VerifiedToken> check(String token, String hash) {
        Presented presented = Presented.parse(token);
        String issuer = presented.issuer();
        String slug = issuers.tenant(issuer).orElseThrow(() -> new TokenRefused(Reason.UNKNOWN_ISSUER));
        return tenants.of(issuer, slug)
                .thenCompose(tenant -> tenant.keys().find(presented.kid()).thenCompose(key -> {
                    key.verify(presented);
                    VerifiedToken read = claims.read(presented, issuer, slug);
                    if (hash != null) {
                        remembered.add(new Entry(hash, read, tenant, key));
                    }
                    return notCutOff(tenant, read);
                }));
    }

    private static CompletableFuture<VerifiedToken> notCutOff(Tenant tenant, VerifiedToken token) {
        return tenant.cutoffs().thenApply(cutoffs -> {
            if (cutoffs.refuse(token)) {
                throw new TokenRefused(Reason.REVOKED);
            }
            return token;
        });
    }
}
