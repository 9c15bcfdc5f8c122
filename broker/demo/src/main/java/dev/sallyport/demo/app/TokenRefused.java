package dev.sallyport.demo.app;

/** A token is not good here; {@code status} and {@code code} are those of RFC 6750 §3.1. The message says which check failed. */
final class TokenRefused extends RuntimeException {

    private final int status;
    private final String code;

    private TokenRefused(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static TokenRefused invalid(String message) {
        return new TokenRefused(401, "invalid_token", message);
    }

    static TokenRefused lacks(String permission) {
        return new TokenRefused(403, "insufficient_scope", "the permission " + permission + " is needed");
    }

    /** We cannot know, because Sallyport does not answer; so it is no. */
    static TokenRefused unknown(String message) {
        return new TokenRefused(503, "temporarily_unavailable", message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
