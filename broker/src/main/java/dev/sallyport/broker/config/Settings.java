package dev.sallyport.broker.config;

import dev.sallyport.database.DatabaseUrl;
import dev.sallyport.tenant.secret.MasterKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All settings, checked.
 *
 * @param publicUrl base of every URL that is handed out; without a trailing slash; never taken from a request
 * @param host interface of the main listener
 * @param port port of the main listener, 0 for any free one
 * @param managementPort port of health and metrics on the same interface, 0 for any free one
 * @param database empty for the embedded one
 * @param dataDir embedded database and generated keys
 * @param operatorToken bearer of the platform operator; empty to generate one on first start
 * @param masterKey wraps every secret at rest; empty to use the one in the data folder
 * @param outboundAllow exact {@code host:port} that may be reached although private or plain http
 * @param trustedProxies whose {@code X-Forwarded-*} is believed
 * @param databaseConnections at most so many connections of this node
 * @param migrate whether {@code serve} brings the schema up to date
 * @param keyRotation after how long a signing key is replaced
 */
public record Settings(
        String publicUrl,
        String host,
        int port,
        int managementPort,
        Optional<DatabaseUrl> database,
        Path dataDir,
        Optional<String> operatorToken,
        Optional<MasterKey> masterKey,
        Set<String> outboundAllow,
        List<Cidr> trustedProxies,
        int databaseConnections,
        boolean migrate,
        Duration keyRotation) {
    public Settings {
        outboundAllow = Set.copyOf(outboundAllow);
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** Whether cookies may insist on https. */
    public boolean isSecure() {
        return publicUrl.startsWith("https://");
    }

    /** Never shows a secret. */
    @Override
    public String toString() {
        return "Settings[" + publicUrl + ", " + host + ":" + port + ", management " + managementPort + ", database "
                + database.map(DatabaseUrl::toString).orElse("embedded in " + dataDir) + "]";
    }
}
