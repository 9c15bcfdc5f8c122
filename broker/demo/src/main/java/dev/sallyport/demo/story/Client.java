package dev.sallyport.demo.story;

/** A client of an authorization server. */
public record Client(String id, String secret) {

    /** Without the secret. */
    @Override
    public String toString() {
        return "Client[" + id + "]";
    }
}
