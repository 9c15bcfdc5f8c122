package dev.sallyport.demo.story;

/** Something in the story is not as it has to be. The message says what was expected and what was there, without secrets. */
public final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With what is wrong, in one line. */
    public Broken(String message) {
        super(message);
    }

    /** With what is wrong and what led to it. */
    public Broken(String message, Throwable cause) {
        super(message, cause);
    }
}
