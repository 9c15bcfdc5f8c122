package dev.sallyport.broker.keys;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import com.amazon.corretto.crypto.provider.SelfTestStatus;
import java.security.Provider;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The native provider for signatures, where the platform has one. It is used for signatures only and never installed globally. */
public final class NativeCrypto {
    private static final Logger LOG = LoggerFactory.getLogger(NativeCrypto.class);
    private static final Optional<Provider> PROVIDER = load();

    private NativeCrypto() {}

    /** The provider, or empty where signatures run on the JDK's own. */
    public static Optional<Provider> provider() {
        return PROVIDER;
    }

    private static Optional<Provider> load() {
        try {
            AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
            if (provider.getLoadingError() == null && provider.runSelfTests() == SelfTestStatus.PASSED) {
                return Optional.of(provider);
            }
            LOG.info("signatures run on the JDK's own provider: {}", String.valueOf(provider.getLoadingError()));
        } catch (LinkageError e) {
            LOG.info("signatures run on the JDK's own provider: {}", e.toString());
        }
        return Optional.empty();
    }
}
