package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import java.util.List;

/** The {@code resource} parameter (RFC 8707 §2). A token is good at one API only, so one may be named, and it must be the client's. */
final class Resource {
    private Resource() {}

    /** Throws {@code invalid_target} if any other resource is named, alone or among others. */
    static void require(Parameters parameters, Applications.Client client) {
        List<String> named = parameters.all("resource");
        if (named.stream().anyMatch(resource -> !resource.equals(client.audience()))) {
            throw new OAuthError(
                    400,
                    "invalid_target",
                    "resource is not the application's audience in this tenant, or not it alone");
        }
    }
}
