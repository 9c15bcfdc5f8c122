package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Lines;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Provider;
import java.util.List;

/** Those who follow the feeds; the first one of each tenant is also the one by whom something happens. */
final class Followers implements VirtualUser.Factory {
    private final List<Provider> providers;
    private final InstantIdp idp;
    private final String run;
    private final List<Cutoffs> cutoffs;

    Followers(List<Provider> providers, InstantIdp idp, String run) {
        this.providers = providers;
        this.idp = idp;
        this.run = run;
        this.cutoffs = providers.stream().map(provider -> new Cutoffs()).toList();
    }

    @Override
    public VirtualUser make(int number, Lines lines) {
        int tenant = number % providers.size();
        Provider provider = providers.get(tenant);
        String feed = provider.verified().orElseThrow().revocations();
        FeedPoller poller = new FeedPoller(provider, feed, lines.to(provider.address()), cutoffs.get(tenant));
        return number >= providers.size()
                ? poller
                : cutoffs.get(tenant).by(poller, provider, idp, lines.to(provider.address()), run + "-" + number);
    }
}
