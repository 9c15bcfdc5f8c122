package dev.sallyport.broker.login;

import dev.sallyport.broker.web.Query;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.domain.HomeRealm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the browser goes once the tenant is known. With an application's authorization request it is that tenant's authorization endpoint,
 * which judges the request; without one it is the person's own page. Pure.
 *
 * @param asked the parameters that came with the page's address, in their order
 */
record Onward(List<Map.Entry<String, String>> asked) {
    /** What is meant for this page and not for an application. */
    static final Set<String> OURS = Set.of("tenant", "login_hint", "domain_hint");

    Onward {
        asked = asked.stream().filter(e -> !OURS.contains(e.getKey())).toList();
    }

    /**
     * The address at a tenant, without the base of the public URL.
     *
     * @param hint what the person is to be called at the identity provider, if anybody said
     */
    String at(Tenant tenant, Optional<String> hint, Optional<String> domain) {
        boolean isRequest = asked.stream().anyMatch(e -> e.getKey().equals("client_id"));
        Query query = Query.of(isRequest ? asked : List.of());
        hint.ifPresent(text -> query.add("login_hint", text));
        domain.filter(text -> hint.isEmpty()).ifPresent(text -> query.add("domain_hint", text));
        return query.after("/t/" + tenant.slug() + (isRequest ? "/authorize" : "/account/sign-in"));
    }

    /** The address of this page with the same request and this tenant, without the base of the public URL. */
    String back(Tenant tenant) {
        return Query.of(asked).add("tenant", tenant.slug()).after("/login");
    }

    /** The address of this page with the same request. */
    String here() {
        return Query.of(asked).after("/login");
    }

    /** What of a text may be passed on as a {@code login_hint}: an address, and nothing that only named the tenant. */
    static Optional<String> hint(String text) {
        return Optional.of(text.strip()).filter(HomeRealm::isAddress);
    }
}
