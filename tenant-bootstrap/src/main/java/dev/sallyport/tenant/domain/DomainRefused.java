package dev.sallyport.tenant.domain;

/** A domain that cannot be a tenant's. */
public final class DomainRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** It is no domain name of at least two labels. */
        INVALID("This is not a domain name such as example.com."),
        /** Anybody can register below it. */
        PUBLIC_SUFFIX("Nobody owns this domain: anybody can register below it."),
        /** Anybody can get an address there. */
        FREE_MAIL("Anybody can get an address at this mail provider, so it cannot be your company’s domain."),
        /** Another tenant has proven it. */
        TAKEN("Somebody else has proven that this domain is theirs. If it is yours, ask whoever runs this platform.");

        private final String sentence;

        Reason(String sentence) {
            this.sentence = sentence;
        }

        /** For people. */
        public String sentence() {
            return sentence;
        }
    }

    private final Reason reason;

    DomainRefused(Reason reason) {
        super(reason.sentence());
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
