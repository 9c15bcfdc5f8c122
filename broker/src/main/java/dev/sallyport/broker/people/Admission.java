package dev.sallyport.broker.people;

import dev.sallyport.tenant.AdmissionPolicy;
import dev.sallyport.tenant.UserId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who comes in. A pure function of what the tenant's IdP says, what is known here and what the tenant wants; it reads nothing and
 * changes nothing. In short:
 *
 * <ol>
 *   <li>The connection is a pilot and they are in none of its groups: nobody, whoever they are.
 *   <li>The identity (connection, issuer, subject) is known: that person, if they are on. Nothing else ever finds an existing person.
 *   <li>Somebody was provisioned and waits for exactly this identity, and was never linked before: that person.
 *   <li>Somebody of that name was turned off here: nobody. Only an administrator or the directory re-admits.
 *   <li>Somebody else has that name: nobody; an e-mail address or user name proves nothing (A01).
 *   <li>Otherwise the tenant's policy decides between a new person, one who waits, and nobody.
 * </ol>
 */
public sealed interface Admission {
    /** A person who was here before. */
    record Known(UserId user) implements Admission {}

    /** A person who was provisioned before and now signs in for the first time; the identity becomes theirs. */
    record Adopted(UserId user) implements Admission {}

    /** A new person, admitted at once. */
    record Created(Profile profile) implements Admission {}

    /** A person who must wait for an admin; {@code user} is empty if the row is yet to be made. */
    record Waiting(Optional<UserId> user, Profile profile) implements Admission {}

    /** Nobody. */
    record Refused(Reason reason) implements Admission {}

    /** Why nobody was admitted: a word for the audit log and a sentence for the person. */
    enum Reason {
        PERSON_OFF(
                "Your access to this organisation has ended. If that is a mistake, ask your administrator to re-admit you."),
        NAME_TAKEN("Another account already uses your user name. Ask your administrator to link your sign-in to it."),
        DOMAIN_NOT_ALLOWED(
                "Your e-mail address is not in a domain that your organisation admits. Ask your administrator."),
        GROUP_REQUIRED(
                "Your organisation admits members of certain groups only. Ask your administrator to add you to one."),
        NOT_PROVISIONED("Your organisation has not provided an account for you yet. Ask your administrator."),
        CONNECTION_OFF(
                "Your organisation has switched this way of signing in off. Sign in another way, or ask your administrator."),
        PILOT_ONLY(
                "This way of signing in is being tried out by a few people of your organisation. Sign in another way, or ask your administrator."),
        GONE_UPSTREAM("You were signed out at your organisation while you were signing in. Sign in again.");

        private final String sentence;

        Reason(String sentence) {
            this.sentence = sentence;
        }

        /** For the person. */
        public String sentence() {
            return sentence;
        }

        /** For the log. */
        public String code() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** A person as far as admission is concerned. */
    record Candidate(UserId user, PersonStatus status) {}

    /**
     * What is known here.
     *
     * @param byIdentity whom the identity belongs to
     * @param awaiting who was provisioned for this identity and was never linked to any
     * @param namesakes everybody with the same user name or e-mail address, on or off
     */
    record Acquaintance(Optional<Candidate> byIdentity, Optional<Candidate> awaiting, List<Candidate> namesakes) {}

    /**
     * What the tenant wants.
     *
     * @param groups for {@link AdmissionPolicy#GROUP}
     * @param verifiedDomains domains that the tenant has proven to be its own
     * @param pilot while the connection is a pilot: only members of these groups come in by it, as the provider names them
     */
    record Policy(AdmissionPolicy mode, Set<String> groups, Set<String> verifiedDomains, Optional<Set<String>> pilot) {
        private boolean leavesOut(Profile profile) {
            return pilot.isPresent() && profile.groups().stream().noneMatch(pilot.get()::contains);
        }
    }

    /** Decides. */
    static Admission of(Profile profile, Acquaintance known, Policy policy) {
        if (policy.leavesOut(profile)) {
            return new Refused(Reason.PILOT_ONLY);
        }
        if (known.byIdentity().isPresent()) {
            return returning(known.byIdentity().get(), profile);
        }
        if (known.awaiting().isPresent()) {
            Candidate candidate = known.awaiting().get();
            return candidate.status().isOff() ? new Refused(Reason.PERSON_OFF) : adopted(candidate, profile);
        }
        if (known.namesakes().stream().anyMatch(c -> c.status().isOff())) {
            return new Refused(Reason.PERSON_OFF);
        }
        if (!known.namesakes().isEmpty()) {
            return new Refused(Reason.NAME_TAKEN);
        }
        return newcomer(profile, policy);
    }

    private static Admission returning(Candidate candidate, Profile profile) {
        return switch (candidate.status()) {
            case ACTIVE, STAGED -> new Known(candidate.user());
            case WAITING -> new Waiting(Optional.of(candidate.user()), profile);
            case SUSPENDED, OFFBOARDED -> new Refused(Reason.PERSON_OFF);
        };
    }

    private static Admission adopted(Candidate candidate, Profile profile) {
        return candidate.status() == PersonStatus.WAITING
                ? new Waiting(Optional.of(candidate.user()), profile)
                : new Adopted(candidate.user());
    }

    private static Admission newcomer(Profile profile, Policy policy) {
        return switch (policy.mode()) {
            case OPEN -> new Created(profile);
            case DOMAIN ->
                profile.emailVerified()
                                && profile.emailDomain()
                                        .map(policy.verifiedDomains()::contains)
                                        .orElse(false)
                        ? new Created(profile)
                        : new Refused(Reason.DOMAIN_NOT_ALLOWED);
            case GROUP ->
                profile.groups().stream().anyMatch(policy.groups()::contains)
                        ? new Created(profile)
                        : new Refused(Reason.GROUP_REQUIRED);
            case APPROVAL -> new Waiting(Optional.empty(), profile);
            case PROVISIONED -> new Refused(Reason.NOT_PROVISIONED);
        };
    }
}
