package dev.sallyport.broker.consent;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a person must be asked before an application gets what it asks for (OpenID Connect Core §3.1.2.4). Decides without reading
 * anything.
 */
public sealed interface ConsentDecision {
    /** Nothing to ask: the application is the vendor's own, or the person said yes to all of it before. */
    record Settled() implements ConsentDecision {}

    /**
     * The person is to be asked.
     *
     * @param fresh the scopes that they have not allowed yet; empty if they are asked again only because the application wants it
     * @param known the scopes that they allowed before
     */
    record Ask(List<String> fresh, List<String> known) implements ConsentDecision {
        public Ask {
            fresh = List.copyOf(fresh);
            known = List.copyOf(known);
        }
    }

    /** The person would have to be asked, and the application forbade it: {@code consent_required}. */
    record Required() implements ConsentDecision {}

    /**
     * Decides.
     *
     * @param thirdParty whether the application is not the vendor's own
     * @param prompt the words of the request (OpenID Connect Core §3.1.2.1)
     * @param wanted the scopes of the request
     * @param given the scopes that this person allowed this application before; empty if they never allowed anything
     */
    static ConsentDecision of(
            boolean thirdParty, Set<String> prompt, List<String> wanted, Optional<List<String>> given) {
        if (!thirdParty) {
            return new Settled();
        }
        List<String> before = given.orElse(List.of());
        List<String> fresh = wanted.stream().filter(s -> !before.contains(s)).toList();
        if (given.isPresent() && fresh.isEmpty() && !prompt.contains("consent")) {
            return new Settled();
        }
        return prompt.contains("none")
                ? new Required()
                : new Ask(fresh, wanted.stream().filter(before::contains).toList());
    }
}
