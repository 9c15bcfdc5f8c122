package dev.sallyport.broker.consent;

import java.time.Instant;
import java.util.List;

/**
 * What a person allowed an application.
 *
 * @param name of the application
 * @param scopes everything that was allowed, in the order in which it was
 * @param grantedAt when they allowed something for the last time
 */
public record Consent(String clientId, String name, List<String> scopes, Instant grantedAt) {
    public Consent {
        scopes = List.copyOf(scopes);
    }
}
