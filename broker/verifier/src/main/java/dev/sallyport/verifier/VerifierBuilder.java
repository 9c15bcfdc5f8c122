package dev.sallyport.verifier;

import java.security.Provider;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** How a {@link SallyportVerifier} shall judge. */
public final class VerifierBuilder {
    List<String> issuers = List.of();
    UnaryOperator<String> audience;
    Predicate<String> tenants = slug -> true;
    Set<String> clients = Set.of();
    FeedPolicy feed = FeedPolicy.DEFAULT;
    Duration skew = Duration.ofSeconds(5);
    Duration idle = Duration.ofMinutes(5);
    int mostTenants = 1_000;
    int remember = 8_192;
    Optional<Provider> provider = Optional.empty();
    Clock clock = Clock.systemUTC();
    Ticker ticker = System::nanoTime;

    VerifierBuilder() {}

    /** The trusted issuers, such as {@code https://id.vendor.example/t/{tenant}}; required. */
    public VerifierBuilder issuers(String... patterns) {
        issuers = List.of(patterns);
        return this;
    }

    /** The API that this is, as registered at Sallyport: {@code aud} must be {@code {resource}/t/{tenant}}. Required, or {@link #audience}. */
    public VerifierBuilder resource(String resource) {
        return audience(tenant -> resource + "/t/" + tenant);
    }

    /** From a tenant's slug to the audience of this API there, where the operator has set another. */
    public VerifierBuilder audience(UnaryOperator<String> ofTenant) {
        audience = ofTenant;
        return this;
    }

    /** Which tenants are served; all by default. Asked before anything is fetched, with texts that have the grammar of slugs. */
    public VerifierBuilder tenants(Predicate<String> served) {
        tenants = served;
        return this;
    }

    /** Which applications ({@code client_id}) may call; all by default. */
    public VerifierBuilder clients(String... ids) {
        clients = Set.of(ids);
        return this;
    }

    /** What is done about the revocation feeds; {@link FeedPolicy#DEFAULT} by default. */
    public VerifierBuilder feed(FeedPolicy policy) {
        feed = policy;
        return this;
    }

    /** By how much this machine's clock may differ from Sallyport's: 0 to 60 seconds, 5 by default. */
    public VerifierBuilder skew(Duration most) {
        if (most.isNegative() || most.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("the skew must lie between 0 and 60 seconds");
        }
        skew = most;
        return this;
    }

    /** How many tenants are held at once, each with a long poll of its own: 1 to 100,000; 1,000 by default. */
    public VerifierBuilder mostTenants(int most) {
        if (most < 1 || most > 100_000) {
            throw new IllegalArgumentException("between 1 and 100000 tenants can be held");
        }
        mostTenants = most;
        return this;
    }

    /** After how long without a token a tenant's feed is followed no more; 5 minutes by default. */
    public VerifierBuilder idle(Duration idleTime) {
        idle = idleTime;
        return this;
    }

    /**
     * How many good tokens are remembered, so that their signatures are not computed again: 0 to 1,000,000; 8,192 by default, about 2 KiB
     * each. Times, keys and cut-offs are checked every time all the same.
     */
    public VerifierBuilder remember(int tokens) {
        if (tokens < 0 || tokens > 1_000_000) {
            throw new IllegalArgumentException("between 0 and 1000000 tokens can be remembered");
        }
        remember = tokens;
        return this;
    }

    /** What computes signatures, for example the Amazon Corretto Crypto Provider; the JDK's own by default. */
    public VerifierBuilder provider(Provider signatures) {
        provider = Optional.of(signatures);
        return this;
    }

    /** The clock that token times are compared with. */
    public VerifierBuilder clock(Clock protocolTime) {
        clock = protocolTime;
        return this;
    }

    VerifierBuilder ticker(Ticker ages) {
        ticker = ages;
        return this;
    }

    /**
     * The verifier; nothing is fetched yet.
     *
     * @throws IllegalArgumentException if what is required is missing or a pattern cannot be used
     */
    public SallyportVerifier build() {
        if (issuers.isEmpty() || audience == null) {
            throw new IllegalArgumentException("issuers and resource (or audience) must be told");
        }
        return new SallyportVerifier(this);
    }
}
