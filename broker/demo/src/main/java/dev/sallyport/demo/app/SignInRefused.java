package dev.sallyport.demo.app;

/** An ID token or logout token is not good, or what came with a sign-in does not fit together. The message says which check failed. */
final class SignInRefused extends RuntimeException {

    private final int status;
    private final String code;

    private SignInRefused(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static SignInRefused invalid(String message) {
        return new SignInRefused(401, "invalid_token", message);
    }

    /** We cannot know, because Sallyport does not answer; so it is no. */
    static SignInRefused unknown(String message) {
        return new SignInRefused(503, "temporarily_unavailable", message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
