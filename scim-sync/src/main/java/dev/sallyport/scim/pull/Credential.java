package dev.sallyport.scim.pull;

import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.outbound.OutboundRequest;
import dev.sallyport.outbound.OutboundResponse;
import dev.sallyport.scim.directory.Directory;
import dev.sallyport.scim.directory.DirectoryAuth;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** The Authorization header for one directory. Tokens of client credentials (RFC 6749 §4.4) are kept until shortly before they expire. */
final class Credential {
    private static final long EARLY_SECONDS = 30;

    private final OutboundGate gate;
    private final Directory directory;
    private final String secret;
    private Future<String> token;
    private long tokenEnds;
    private boolean renewed;

    Credential(OutboundGate gate, Directory directory, String secret) {
        this.gate = gate;
        this.directory = directory;
        this.secret = secret;
    }

    /** The header's value. Fails with {@link PullFault} if no token can be had. */
    synchronized Future<String> header() {
        return switch (directory.auth().type()) {
            case BEARER -> Future.succeededFuture("Bearer " + secret);
            case BASIC ->
                Future.succeededFuture("Basic " + base64(directory.auth().user() + ":" + secret));
            case OAUTH2_CLIENT_CREDENTIALS -> token().map(value -> "Bearer " + value);
        };
    }

    /** After a 401: whether another token may help; it does not twice in a row. */
    synchronized boolean renew() {
        boolean may = directory.auth().type() == DirectoryAuth.Type.OAUTH2_CLIENT_CREDENTIALS && !renewed;
        renewed = true;
        if (may) {
            token = null;
        }
        return may;
    }

    private Future<String> token() {
        if (token == null || token.failed() || (token.succeeded() && System.nanoTime() - tokenEnds > 0)) {
            token = gate.send(tokenRequest())
                    .recover(e -> Future.failedFuture(
                            e instanceof OutboundRefused refused
                                    ? new PullFault("no access token: "
                                            + refused.reason().word())
                                    : e))
                    .map(this::taken);
        }
        return token;
    }

    private OutboundRequest tokenRequest() {
        Map<String, String> form = new HashMap<>(Map.of("grant_type", "client_credentials"));
        if (!directory.auth().scope().isEmpty()) {
            form.put("scope", directory.auth().scope());
        }
        // The credentials are form-encoded before they are joined (RFC 6749 §2.3.1).
        String basic = encoded(directory.auth().user()) + ":" + encoded(secret);
        return OutboundRequest.form(directory.tenant(), directory.auth().tokenUrl(), form)
                .withHeader("Authorization", "Basic " + base64(basic));
    }

    private synchronized String taken(OutboundResponse response) {
        if (response.status() != 200) {
            throw new PullFault("no access token: status " + response.status(), response.status());
        }
        JsonObject answer;
        try {
            answer = response.json();
        } catch (OutboundRefused e) {
            throw new PullFault("no access token: the answer is not a JSON object");
        }
        boolean bearer = answer.getValue("token_type") instanceof String type && type.equalsIgnoreCase("Bearer");
        if (!bearer
                || !(answer.getValue("access_token") instanceof String value)
                || !value.matches("[\\x21-\\x7E]{1,16000}")) {
            throw new PullFault("no access token: the answer holds no bearer token");
        }
        long life = answer.getValue("expires_in") instanceof Number seconds ? seconds.longValue() : 60;
        long good = Math.max(5, Math.min(life, 3600) - EARLY_SECONDS);
        tokenEnds = System.nanoTime() + good * 1_000_000_000L;
        renewed = false;
        return value;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
