package dev.sallyport.broker.consent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Who is asked for what. */
class ConsentDecisionTest {
    private static final ConsentDecision SETTLED = new ConsentDecision.Settled();

    @Provide
    Arbitrary<List<String>> scopes() {
        return Arbitraries.of("openid", "profile", "email", "other").list().uniqueElements();
    }

    @Provide
    Arbitrary<Set<String>> prompts() {
        return Arbitraries.of(Set.of(), Set.of("none"), Set.of("login"), Set.of("consent"), Set.of("login", "consent"));
    }

    @Property
    void theVendorsOwnApplicationNeverAsks(
            @ForAll("prompts") Set<String> prompt,
            @ForAll("scopes") List<String> wanted,
            @ForAll("scopes") List<String> given) {
        assertEquals(SETTLED, ConsentDecision.of(false, prompt, wanted, Optional.empty()));
        assertEquals(SETTLED, ConsentDecision.of(false, prompt, wanted, Optional.of(given)));
    }

    @Property
    void nothingIsSettledThatWasNotAllowed(
            @ForAll("prompts") Set<String> prompt,
            @ForAll("scopes") List<String> wanted,
            @ForAll("scopes") List<String> given) {
        ConsentDecision decision = ConsentDecision.of(true, prompt, wanted, Optional.of(given));
        assertEquals(given.containsAll(wanted) && !prompt.contains("consent"), decision.equals(SETTLED));
        assertTrue(!ConsentDecision.of(true, prompt, wanted, Optional.empty()).equals(SETTLED));
    }

    @Property
    void whatIsAskedIsWhatIsNewAndWhatIsNotIsNamedAsKnown(
            @ForAll("scopes") List<String> wanted, @ForAll("scopes") List<String> given) {
        if (ConsentDecision.of(true, Set.of("consent"), wanted, Optional.of(given))
                instanceof ConsentDecision.Ask ask) {
            List<String> all = new ArrayList<>(ask.fresh());
            all.addAll(ask.known());
            assertEquals(Set.copyOf(wanted), Set.copyOf(all));
            assertTrue(given.containsAll(ask.known()));
            assertTrue(ask.fresh().stream().noneMatch(given::contains));
        } else {
            throw new AssertionError("prompt=consent asks");
        }
    }

    @Example
    void promptNoneIsToldInsteadOfAsking() {
        assertInstanceOf(
                ConsentDecision.Required.class,
                ConsentDecision.of(true, Set.of("none"), List.of("openid", "email"), Optional.of(List.of("openid"))));
        assertEquals(
                SETTLED,
                ConsentDecision.of(true, Set.of("none"), List.of("openid"), Optional.of(List.of("openid", "email"))));
    }

    @Example
    void onlyWhatIsNewIsFresh() {
        assertEquals(
                new ConsentDecision.Ask(List.of("email"), List.of("openid")),
                ConsentDecision.of(true, Set.of(), List.of("openid", "email"), Optional.of(List.of("openid"))));
    }
}
