package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * For whom an exchanged token is to be (RFC 8693 §2.1, RFC 8707 §2): {@code audience} is the client id or the audience of an application,
 * {@code resource} is its audience. Whether there is no such application, it is not enabled in the tenant or not allowed is not told.
 */
public final class ExchangeTarget {
    private final Applications applications;

    public ExchangeTarget(Applications applications) {
        this.applications = applications;
    }

    /** The application; the asking one if none is named. Fails with {@code invalid_target}. */
    Future<Applications.Client> of(Tenant tenant, Applications.Client client, ExchangeRequest request) {
        if (request.audience().isEmpty() && request.resource().isEmpty()) {
            return Future.succeededFuture(client);
        }
        if (fits(client, request)) {
            return Future.succeededFuture(client);
        }
        List<Future<Optional<Applications.Client>>> allowed = new ArrayList<>();
        client.application().entrusted().onBehalfOf().forEach(id -> allowed.add(applications.inTenant(tenant, id)));
        return Future.all(allowed).compose(all -> all.<Optional<Applications.Client>>list().stream()
                .flatMap(Optional::stream)
                .filter(target -> fits(target, request) && !target.application().thirdParty())
                .findFirst()
                .map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(new OAuthError(
                        400,
                        "invalid_target",
                        "audience or resource names no application that this client may ask for in this tenant"))));
    }

    private static boolean fits(Applications.Client target, ExchangeRequest request) {
        return request.audience()
                        .map(a -> a.equals(target.id()) || a.equals(target.audience()))
                        .orElse(true)
                && request.resource().map(r -> r.equals(target.audience())).orElse(true);
    }
}
