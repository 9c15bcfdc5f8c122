package dev.sallyport.broker.federation;

import dev.sallyport.tenant.connection.ProviderKind;
import dev.sallyport.tenant.domain.HomeRealm;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the tenant's provider is told of who is coming, so that it need not ask again. An e-mail address goes out only if its domain is the
 * tenant's own, or the tenant has proven none: an address that belongs elsewhere is nothing to tell this provider. Pure.
 */
record Hints(Optional<String> loginHint, Optional<String> domainHint) {
    /** None. */
    static final Hints NONE = new Hints(Optional.empty(), Optional.empty());

    /** Those that an application sent, as they are remembered. */
    static Hints of(JsonObject request) {
        return new Hints(
                Optional.ofNullable(request.getString("login_hint")),
                Optional.ofNullable(request.getString("domain_hint")));
    }

    /** The domain of the person as far as somebody said it, in ASCII form. */
    Optional<String> domain() {
        return loginHint.flatMap(HomeRealm::domainOf).or(() -> domainHint.flatMap(HomeRealm::domain));
    }

    /**
     * The parameters for the provider's authorization endpoint.
     *
     * @param own the domains that the tenant has proven
     */
    Map<String, String> towards(ProviderKind provider, Set<String> own) {
        Map<String, String> parameters = new LinkedHashMap<>();
        loginHint
                .filter(hint -> hint.indexOf('@') < 0
                        || own.isEmpty()
                        || HomeRealm.domainOf(hint).filter(own::contains).isPresent())
                .ifPresent(hint -> parameters.put("login_hint", hint));
        Optional<String> domain = domain().filter(own::contains);
        if (provider == ProviderKind.ENTRA) {
            domain.ifPresent(name -> parameters.put("domain_hint", name));
        }
        if (provider == ProviderKind.GOOGLE && !own.isEmpty()) {
            // "*" is any domain of Google Workspace: which of them is the tenant's is judged by the token.
            parameters.put(
                    "hd",
                    domain.orElseGet(() -> own.size() == 1 ? own.iterator().next() : "*"));
        }
        return parameters;
    }
}
