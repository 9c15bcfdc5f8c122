package dev.sallyport.broker.federation;

import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.outbound.OutboundResponse;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;

/**
 * What a provider's token endpoint says to its own refresh token (RFC 6749 §5). Pure. Only {@code invalid_grant} is a no; whatever cannot be
 * read as yes or no says nothing about the person.
 */
public sealed interface RefreshAnswer {
    /**
     * Yes.
     *
     * @param refreshToken what replaces the one that was sent, if the provider replaced it
     * @param idToken to be checked; not every provider sends one
     */
    record Yes(Optional<String> refreshToken, Optional<String> idToken) implements RefreshAnswer {}

    /** The token is good no more: revoked, expired, or the person is not there any more. */
    record No() implements RefreshAnswer {}

    /**
     * Neither.
     *
     * @param reason a word for people
     * @param ours whether it stays so until somebody changes something here or at the provider
     */
    record Neither(String reason, boolean ours) implements RefreshAnswer {}

    /** Errors that tell of our configuration and not of the person. */
    Set<String> OURS = Set.of(
            "invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope", "invalid_request");

    /** Reads an answer. */
    static RefreshAnswer of(OutboundResponse response) {
        JsonObject body;
        try {
            body = response.json();
        } catch (OutboundRefused e) {
            return new Neither("http_" + response.status(), response.status() == 401);
        }
        int status = response.status();
        if (status == 200) {
            return body.getValue("access_token") instanceof String token && !token.isEmpty()
                    ? new Yes(text(body, "refresh_token"), text(body, "id_token"))
                    : new Neither("bad_document", false);
        }
        String error =
                text(body, "error").filter(e -> e.matches("[a-z_]{1,60}")).orElse("");
        if (status >= 400 && status < 500 && error.equals("invalid_grant")) {
            return new No();
        }
        return new Neither(error.isEmpty() ? "http_" + status : error, status < 500 && OURS.contains(error));
    }

    private static Optional<String> text(JsonObject body, String name) {
        return body.getValue(name) instanceof String text && !text.isEmpty() ? Optional.of(text) : Optional.empty();
    }
}
