package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.token.TokenCheck;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import java.util.Optional;

/** Reads authorization requests, the same way whether the browser brings them or the application pushes them (RFC 9126 §2.1). */
public final class AuthorizeRequests {
    private final TokenCheck check;

    public AuthorizeRequests(TokenCheck check) {
        this.check = check;
    }

    /** The request, or {@link OAuthError} naming the parameter at fault. */
    Future<AuthorizeRequest> read(
            Tenant tenant, Applications.Client client, Parameters parameters, String redirectUri) {
        AuthorizeRequest request;
        Optional<String> hint;
        try {
            request = AuthorizeRequest.parse(parameters, client, redirectUri);
            hint = parameters.get("id_token_hint");
        } catch (OAuthError error) {
            return Future.failedFuture(error);
        }
        return hint.isEmpty()
                ? Future.succeededFuture(request)
                : check.idTokenHint(tenant, hint.get())
                        .compose(claims -> claims.map(c -> Future.succeededFuture(request.forSubject(c.getSubject())))
                                .orElseGet(() -> Future.failedFuture(OAuthError.invalidRequest(
                                        "id_token_hint is not an ID token that was made here"))));
    }
}
