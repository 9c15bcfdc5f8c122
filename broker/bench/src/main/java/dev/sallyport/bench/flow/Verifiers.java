package dev.sallyport.bench.flow;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.sallyport.bench.load.Lines;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Provider;
import dev.sallyport.verifier.SallyportVerifier;
import dev.sallyport.verifier.VerifierBuilder;
import java.util.List;

/** One verifier, as an API has it, for the tokens of all tenants. */
final class Verifiers implements VirtualUser.Factory {
    private final List<Provider> providers;
    private final InstantIdp idp;
    private final String run;
    private final SallyportVerifier verifier;

    /**
     * With a verifier of its own.
     *
     * @param isNative whether signatures are computed on the native provider, where there is one
     * @param remembers whether a token's signature is computed once only
     */
    Verifiers(List<Provider> providers, InstantIdp idp, String run, boolean isNative, boolean remembers) {
        this.providers = providers;
        this.idp = idp;
        this.run = run;
        Provider.Verified verified = providers.get(0).verified().orElseThrow();
        VerifierBuilder builder =
                SallyportVerifier.builder().issuers(verified.issuers()).resource(verified.resource());
        if (isNative && AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError() == null) {
            builder.provider(AmazonCorrettoCryptoProvider.INSTANCE);
        }
        this.verifier = (remembers ? builder : builder.remember(0)).build();
    }

    @Override
    public VirtualUser make(int number, Lines lines) {
        Provider provider = providers.get(number % providers.size());
        return new Verifications(verifier, provider, idp, lines.to(provider.address()), run + "-" + number);
    }

    @Override
    public void close() {
        verifier.close();
    }
}
