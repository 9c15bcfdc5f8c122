package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Field;
import dev.sallyport.broker.admin.Problem.Kind;
import dev.sallyport.broker.application.Application;
import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.application.Entrusted;
import dev.sallyport.broker.application.RedirectUris;
import dev.sallyport.outbound.OutboundPolicy;
import dev.sallyport.outbound.OutboundRefused;
import io.vertx.core.Future;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an application may be, beyond the form of its fields: D11, RFC 8252 §7, RFC 9700 §4.1. */
final class ApplicationRules {
    private final OutboundPolicy policy;

    ApplicationRules(OutboundPolicy policy) {
        this.policy = policy;
    }

    /** The application, or 422 naming every field at fault. */
    Application checked(Application application) {
        List<Field> faults = new ArrayList<>();
        boolean isPublic =
                application.type().equals("spa") || application.type().equals("native");
        if (isPublic != application.isPublic()) {
            faults.add(Field.body("#/token_endpoint_auth_method", "is none exactly for spa and native applications"));
        }
        if (!application.isInteractive() && !application.redirectUris().isEmpty()) {
            faults.add(Field.body("#/redirect_uris", "a service signs nobody in"));
        }
        redirects("#/redirect_uris/", application.redirectUris(), application, faults);
        redirects("#/post_logout_redirect_uris/", application.postLogoutRedirectUris(), application, faults);
        ClientKeyRules.check(application, faults);
        if (!isAbsolute(application.resource())) {
            faults.add(Field.body("#/resource", "is not an absolute URI"));
        }
        entrusted(application, faults);
        if (!faults.isEmpty()) {
            throw new Problem(Kind.UNPROCESSABLE, "The application cannot be like this.", faults, 0);
        }
        application.backchannelLogoutUri().ifPresent(uri -> callable("#/backchannel_logout_uri", uri));
        application.keys().uri().ifPresent(uri -> callable("#/jwks_uri", uri));
        return application;
    }

    /** Whether all whose audience it may ask for are there, and the vendor's own. Fails with 422. */
    Future<Void> targets(Application application, Applications applications) {
        List<String> ids = List.copyOf(application.entrusted().onBehalfOf());
        return Future.all(ids.stream().map(applications::find).toList()).map(all -> {
            List<Field> faults = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                Optional<Application> target = all.resultAt(i);
                if (target.isEmpty() || target.get().thirdParty()) {
                    faults.add(Field.body(
                            "#/token_exchange/on_behalf_of",
                            "'" + ids.get(i) + "' is not the client id of an application of the vendor's own"));
                }
            }
            if (!faults.isEmpty()) {
                throw new Problem(Kind.UNPROCESSABLE, "The application cannot be like this.", faults, 0);
            }
            return null;
        });
    }

    private static void entrusted(Application application, List<Field> faults) {
        Entrusted entrusted = application.entrusted();
        if (application.thirdParty() && (entrusted.exchanges() || entrusted.managesApiKeys())) {
            faults.add(Field.body(
                    entrusted.exchanges() ? "#/token_exchange" : "#/manages_api_keys",
                    "is for the vendor's own applications only"));
        }
        if (application.isPublic() && !entrusted.onBehalfOf().isEmpty()) {
            faults.add(Field.body("#/token_exchange/on_behalf_of", "needs an application that authenticates"));
        }
        if (entrusted.onBehalfOf().contains(application.clientId())) {
            faults.add(Field.body("#/token_exchange/on_behalf_of", "names the application itself"));
        }
    }

    private void callable(String pointer, String uri) {
        try {
            policy.check(uri);
        } catch (OutboundRefused refused) {
            throw new Problem(
                    Kind.BLOCKED_ADDRESS,
                    "This address may not be called.",
                    List.of(Field.body(pointer, "may not be called from here")),
                    0);
        }
    }

    private static void redirects(String pointer, List<String> uris, Application application, List<Field> faults) {
        for (int i = 0; i < uris.size(); i++) {
            if (!RedirectUris.isSound(uris.get(i), application.type().equals("native"))) {
                faults.add(Field.body(
                        pointer + i, "must be https, loopback http, or a private-use scheme of a native application"));
            }
        }
    }

    private static boolean isAbsolute(String text) {
        try {
            return new URI(text).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
