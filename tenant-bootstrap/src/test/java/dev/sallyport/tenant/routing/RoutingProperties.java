package dev.sallyport.tenant.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionSettings;
import dev.sallyport.tenant.routing.Routing.Decision;
import dev.sallyport.tenant.routing.Routing.Visitor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** By which connection somebody signs in. */
class RoutingProperties {
    /** Six connections; a case has the first few of them live. */
    private static final List<Connection> ALL = IntStream.range(0, 6)
            .mapToObj(i -> Connection.draft(
                    new ConnectionId(new UUID(0, i)),
                    ConnectionSettings.of("connection " + i, "https://idp.example", "c", Optional.empty()),
                    Instant.EPOCH))
            .toList();

    /** What a decision is made of. */
    record Case(List<Connection> live, List<RoutingRule> rules, Set<String> own, Visitor visitor) {
        Decision decide() {
            return Routing.decide(live, rules, own, visitor);
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<String> domain = Arbitraries.of("a.example", "b.example", "c.example");
        Arbitrary<String> application = Arbitraries.of("ledger", "notes");
        Arbitrary<ConnectionId> connection = Arbitraries.of(ALL).map(Connection::id);
        Arbitrary<RoutingRule> rule = Combinators.combine(domain.optional(), application.optional(), connection)
                .as(RoutingRule::new);
        Arbitrary<Visitor> visitor = Combinators.combine(
                        Arbitraries.oneOf(connection.map(ConnectionId::toString), Arbitraries.of("", "x", "../1"))
                                .optional(),
                        domain.optional(),
                        application.optional())
                .as(Visitor::new);
        return Combinators.combine(
                        Arbitraries.of(ALL).set().ofMaxSize(6).map(List::copyOf),
                        rule.list().ofMaxSize(6),
                        domain.set().ofMaxSize(3),
                        visitor)
                .as(Case::new);
    }

    @Property
    void nobodyIsLedToWhatIsNotLive(@ForAll("cases") Case one) {
        Decision decision = one.decide();
        if (decision instanceof Decision.By by) {
            assertTrue(one.live().contains(by.connection()));
        } else if (decision instanceof Decision.Ask ask) {
            assertEquals(one.live(), ask.connections());
            assertTrue(ask.connections().size() > 1);
        } else {
            assertTrue(one.live().isEmpty());
        }
    }

    @Property
    void whatWasNamedCountsBeforeAnyRule(@ForAll("cases") Case one) {
        one.live().stream()
                .filter(c -> one.visitor().wanted().equals(Optional.of(c.id().toString())))
                .findFirst()
                .ifPresent(named -> assertEquals(new Decision.By(named), one.decide()));
    }

    @Property
    void aDomainThatIsNotProvenLeadsNobody(@ForAll("cases") Case one) {
        List<RoutingRule> others = one.rules().stream()
                .filter(rule -> rule.domain().map(one.own()::contains).orElse(true))
                .toList();
        assertEquals(Routing.decide(one.live(), others, one.own(), one.visitor()), one.decide());
    }

    @Property
    void theFirstRuleThatFitsCounts(@ForAll("cases") Case one) {
        Case unnamed = new Case(
                one.live(),
                one.rules(),
                one.own(),
                new Visitor(
                        Optional.empty(), one.visitor().domain(), one.visitor().application()));
        if (unnamed.decide() instanceof Decision.By by && one.live().size() > 1) {
            List<RoutingRule> upToIt = one.rules().stream()
                    .takeWhile(rule -> !rule.connection().equals(by.connection().id()))
                    .toList();
            assertTrue(
                    Routing.decide(one.live(), upToIt, one.own(), unnamed.visitor()) instanceof Decision.Ask,
                    "no rule before it fits");
        }
    }

    @Property
    void aRuleWithoutConditionsLeavesNobodyToAsk(@ForAll("cases") Case one, @ForAll("cases") Case other) {
        one.live().stream().findFirst().ifPresent(fallback -> {
            List<RoutingRule> rules = java.util.stream.Stream.concat(
                            one.rules().stream(),
                            java.util.stream.Stream.of(
                                    new RoutingRule(Optional.empty(), Optional.empty(), fallback.id())))
                    .toList();
            assertTrue(Routing.decide(one.live(), rules, one.own(), other.visitor()) instanceof Decision.By);
        });
    }
}
