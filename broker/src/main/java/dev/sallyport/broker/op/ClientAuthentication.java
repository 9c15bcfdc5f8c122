package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Application;
import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.web.ClientAddress;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Throttle;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Optional;

/**
 * Who calls the token endpoint and its siblings (RFC 6749 §2.3, OpenID Connect Core §9): by exactly the one method that the application is
 * registered with. Whether the id, the secret or the method was wrong is not told. Who guesses is slowed, per client and address; the
 * client itself, at another address, is not (D14).
 */
public final class ClientAuthentication {
    /** So many wrong credentials are looked at in a minute, per client and address. */
    public static final int FAILURES_A_MINUTE = 20;

    private static final byte[] NOBODY = Bearer.hash(Bearer.mint(Bearer.CLIENT_SECRET));
    private static final int LONGEST_ID = 100;

    private final Applications applications;
    private final ClientAssertions assertions;
    private final ClientAddress addresses;
    private final Clock clock;
    private final Throttle<Guesser> failures;

    private record Guesser(String clientId, String address) {}

    public ClientAuthentication(
            Applications applications, ClientAssertions assertions, ClientAddress addresses, Clock clock) {
        this.applications = applications;
        this.assertions = assertions;
        this.addresses = addresses;
        this.clock = clock;
        this.failures = new Throttle<>(clock, FAILURES_A_MINUTE);
    }

    /** The authenticated client as it is in this tenant. Fails with {@code invalid_client}, or with 429 if it was guessed too often. */
    public Future<Applications.Client> authenticate(RoutingContext context, Tenant tenant) {
        try {
            Credential credential = Credential.of(context);
            if (credential instanceof Credential.Assertion assertion) {
                return byAssertion(context, tenant, assertion);
            }
            if (credential instanceof Credential.Secret secret) {
                return bySecret(context, tenant, secret);
            }
            return applications
                    .inTenant(tenant, ((Credential.None) credential).clientId())
                    .map(client ->
                            client.filter(c -> c.application().isPublic()).orElseThrow(OAuthError::invalidClient));
        } catch (OAuthError e) {
            if (e.status() == 401 && context.request().getHeader("Authorization") != null) {
                challenge(context);
            }
            return Future.failedFuture(e);
        }
    }

    /** The same, but public clients are turned away; for introspection (E11). */
    public Future<Applications.Client> authenticateConfidential(RoutingContext context, Tenant tenant) {
        return authenticate(context, tenant)
                .compose(client -> client.application().isPublic()
                        ? Future.failedFuture(OAuthError.invalidClient())
                        : Future.succeededFuture(client));
    }

    private Future<Applications.Client> bySecret(RoutingContext context, Tenant tenant, Credential.Secret presented) {
        Guesser guesser = guesser(context, presented.clientId());
        return applications.inTenant(tenant, presented.clientId()).map(client -> {
            // Asked, compared and counted in one go: guesses that come at the same moment do not overtake the count.
            refuseIfTooMany(context, guesser);
            // The comparison is made for unknown clients too, so that the answer's time tells nothing (D14).
            boolean secretFits = client.map(Applications.Client::application)
                    .map(a -> a.hasSecret(presented.secret(), clock.instant()))
                    .orElseGet(() -> Bearer.same(Bearer.hash(presented.secret()), NOBODY));
            if (secretFits && methodFits(client, presented)) {
                return client.get();
            }
            failures.take(guesser);
            if (presented.method().equals("client_secret_basic")) {
                challenge(context);
            }
            throw OAuthError.invalidClient();
        });
    }

    private Future<Applications.Client> byAssertion(
            RoutingContext context, Tenant tenant, Credential.Assertion presented) {
        ClientAssertion assertion = assertions.read(tenant, presented.jwt());
        if (presented.clientId().isPresent() && !presented.clientId().get().equals(assertion.clientId())) {
            throw OAuthError.invalidRequest("client_id is not the client of the assertion");
        }
        Guesser guesser = guesser(context, assertion.clientId());
        return applications.inTenant(tenant, assertion.clientId()).compose(client -> {
            refuseIfTooMany(context, guesser);
            Future<Boolean> fits = methodFits(client, presented)
                    ? assertions.accept(tenant, client.get().application(), assertion)
                    : Future.succeededFuture(false);
            return fits.map(yes -> {
                if (!yes) {
                    failures.take(guesser);
                    throw OAuthError.invalidClient();
                }
                return client.get();
            });
        });
    }

    private Guesser guesser(RoutingContext context, String clientId) {
        return new Guesser(
                clientId.length() > LONGEST_ID ? clientId.substring(0, LONGEST_ID) : clientId,
                addresses.of(context.request()));
    }

    private void refuseIfTooMany(RoutingContext context, Guesser guesser) {
        int wait = failures.secondsToWait(guesser);
        if (wait > 0) {
            context.response().putHeader("Retry-After", String.valueOf(wait));
            throw new OAuthError(
                    429,
                    "temporarily_unavailable",
                    "too many wrong credentials of this client from this address; try again as Retry-After says");
        }
    }

    /** Whoever tried the header hears which scheme is spoken (RFC 6749 §5.2). */
    private static void challenge(RoutingContext context) {
        context.response().putHeader("WWW-Authenticate", "Basic realm=\"sallyport\", charset=\"UTF-8\"");
    }

    private static boolean methodFits(Optional<Applications.Client> client, Credential presented) {
        return client.map(Applications.Client::application)
                .map(Application::tokenEndpointAuthMethod)
                .equals(Optional.of(presented.method()));
    }
}
