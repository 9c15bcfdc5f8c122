package dev.sallyport.tenant.setup;

import java.util.OptionalInt;

/** The link is good and was not used up: the code of its second step is missing or wrong. */
public final class CodeAsked extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient OptionalInt triesLeft;

    CodeAsked(OptionalInt triesLeft) {
        super(triesLeft.isPresent() ? "the code is wrong" : "a code is needed");
        this.triesLeft = triesLeft;
    }

    /** How many more wrong codes the link bears, if a wrong one was given just now. */
    public OptionalInt triesLeft() {
        return triesLeft;
    }
}
