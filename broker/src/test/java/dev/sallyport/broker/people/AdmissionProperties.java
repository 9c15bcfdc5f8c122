package dev.sallyport.broker.people;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.people.Admission.Acquaintance;
import dev.sallyport.broker.people.Admission.Candidate;
import dev.sallyport.broker.people.Admission.Policy;
import dev.sallyport.broker.people.Admission.Reason;
import dev.sallyport.tenant.AdmissionPolicy;
import dev.sallyport.tenant.UserId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Who comes in, over everything that can be said of somebody, known of them and wanted by the tenant. */
class AdmissionProperties {
    /** What is decided upon. */
    record Case(Profile profile, Acquaintance known, Policy policy) {
        Admission decide() {
            return Admission.of(profile, known, policy);
        }

        Case with(Acquaintance other) {
            return new Case(profile, other, policy);
        }

        Case with(Policy other) {
            return new Case(profile, known, other);
        }

        boolean isInPilot() {
            return policy.pilot()
                    .map(groups -> profile.groups().stream().anyMatch(groups::contains))
                    .orElse(true);
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<Candidate> candidate = Combinators.combine(
                        Arbitraries.integers().between(1, 5), Arbitraries.of(PersonStatus.values()))
                .as((n, status) -> new Candidate(new UserId(new UUID(0, n)), status));
        Arbitrary<Acquaintance> known = Combinators.combine(
                        candidate.optional(),
                        candidate.optional(),
                        candidate.list().ofMaxSize(3))
                .as(Acquaintance::new);
        Arbitrary<Set<String>> groups =
                Arbitraries.of("staff", "admins", "Staff", "a, b").set().ofMaxSize(3);
        Arbitrary<Set<String>> domains =
                Arbitraries.of("acme.example", "evil.example").set().ofMaxSize(2);
        Arbitrary<Profile> profile = Combinators.combine(
                        Arbitraries.of("ann@acme.example", "ann@evil.example").optional(),
                        Arbitraries.of(true, false),
                        groups)
                .as((email, verified, of) -> new Profile(
                        email.orElse("ann"),
                        email,
                        verified,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.copyOf(of)));
        Arbitrary<Policy> policy = Combinators.combine(
                        Arbitraries.of(AdmissionPolicy.values()), groups, domains, groups.optional())
                .as(Policy::new);
        return Combinators.combine(profile, known, policy).as(Case::new);
    }

    @Property
    void whoeverIsInNoneOfThePilotsGroupsIsNobody(@ForAll("cases") Case one) {
        if (!one.isInPilot()) {
            assertEquals(new Admission.Refused(Reason.PILOT_ONLY), one.decide());
        }
    }

    @Property
    void whoeverIsInOneOfThemIsTreatedAsWithoutAPilot(@ForAll("cases") Case one) {
        if (one.isInPilot()) {
            Policy open = new Policy(
                    one.policy().mode(), one.policy().groups(), one.policy().verifiedDomains(), Optional.empty());
            assertEquals(one.with(open).decide(), one.decide());
        }
    }

    @Property
    void nobodyWhoIsOffComesIn(@ForAll("cases") Case one) {
        Optional<Candidate> meant = one.known().byIdentity().or(one.known()::awaiting);
        boolean off = meant.map(c -> c.status().isOff()).orElseGet(() -> one.known().namesakes().stream()
                .anyMatch(c -> c.status().isOff()));
        if (off) {
            assertTrue(one.decide() instanceof Admission.Refused);
        }
    }

    @Property
    void aNameFindsNobody(@ForAll("cases") Case one) {
        Acquaintance names =
                new Acquaintance(Optional.empty(), Optional.empty(), one.known().namesakes());
        Admission decided = one.with(names).decide();
        assertFalse(decided instanceof Admission.Known || decided instanceof Admission.Adopted, "A01");
        if (!names.namesakes().isEmpty()) {
            assertTrue(decided instanceof Admission.Refused);
        }
    }

    @Property
    void onlyTheOneOfTheIdentityIsEverMet(@ForAll("cases") Case one) {
        if (one.decide() instanceof Admission.Known known) {
            assertEquals(one.known().byIdentity().map(Candidate::user), Optional.of(known.user()));
        }
        if (one.decide() instanceof Admission.Adopted adopted) {
            assertTrue(one.known().byIdentity().isEmpty());
            assertEquals(one.known().awaiting().map(Candidate::user), Optional.of(adopted.user()));
        }
    }

    @Property
    void strangersComeInAsThePolicySays(@ForAll("cases") Case one) {
        Case stranger = one.with(new Acquaintance(Optional.empty(), Optional.empty(), List.of()));
        Admission decided = stranger.decide();
        if (!one.isInPilot()) {
            return;
        }
        switch (one.policy().mode()) {
            case OPEN -> assertTrue(decided instanceof Admission.Created);
            case PROVISIONED -> assertEquals(new Admission.Refused(Reason.NOT_PROVISIONED), decided);
            case APPROVAL -> assertTrue(decided instanceof Admission.Waiting);
            case GROUP ->
                assertEquals(
                        one.profile().groups().stream().anyMatch(one.policy().groups()::contains),
                        decided instanceof Admission.Created);
            case DOMAIN ->
                assertEquals(
                        one.profile().emailVerified()
                                && one.profile()
                                        .emailDomain()
                                        .map(one.policy().verifiedDomains()::contains)
                                        .orElse(false),
                        decided instanceof Admission.Created);
        }
    }
}
