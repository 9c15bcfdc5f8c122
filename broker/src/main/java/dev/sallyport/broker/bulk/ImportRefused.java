package dev.sallyport.broker.bulk;

import dev.sallyport.roles.Violation;
import java.util.List;

/** A decision on an import that cannot be taken, or a file that its sender may not send. */
public final class ImportRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** It was decided before. */
        NOT_PENDING("This import is not waiting for a decision."),
        /** Whoever sent it cannot approve it. */
        OWN("Whoever sent an import cannot approve it; another person has to."),
        /** It would give permissions that this person does not hold. */
        BEYOND("This file gives permissions that you do not hold, and nobody can give what they do not hold.");

        private final String sentence;

        Reason(String sentence) {
            this.sentence = sentence;
        }
    }

    private final Reason reason;
    private final transient List<Violation> violations;

    ImportRefused(Reason reason, List<Violation> violations) {
        super(reason.sentence, null, false, false);
        this.reason = reason;
        this.violations = List.copyOf(violations);
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** What is beyond the person. */
    public List<Violation> violations() {
        return violations;
    }
}
