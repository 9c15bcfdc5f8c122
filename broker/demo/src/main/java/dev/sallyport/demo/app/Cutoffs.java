package dev.sallyport.demo.app;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** The cut-offs that are in force in a tenant: a whole snapshot of its revocation feed. */
record Cutoffs(List<Cutoff> all) {

    static final Cutoffs NONE = new Cutoffs(List.of());

    /** Tokens of this kind and value are off: those issued up to {@code notBefore} (epoch seconds), or all of them. */
    record Cutoff(String kind, String value, BigDecimal notBefore) {

        boolean refuses(AccessToken token) {
            return switch (kind) {
                case "user" -> value.equals(token.subject()) && isOld(token);
                case "session" -> value.equals(token.sid()) && isOld(token);
                case "family" -> value.equals(token.family()) && isOld(token);
                case "api_key" -> value.equals(token.apiKey()) && isOld(token);
                case "tenant" -> value.equals(token.tenant()) && isOld(token);
                case "jti" -> value.equals(token.jti());
                case "kid" -> value.equals(token.kid());
                default -> false;
            };
        }

        // The token's time is cut to whole seconds, so within the second of the cut-off the token loses.
        private boolean isOld(AccessToken token) {
            return BigDecimal.valueOf(token.issuedAt().getEpochSecond()).compareTo(notBefore) <= 0;
        }
    }

    Cutoffs {
        all = List.copyOf(all);
    }

    /**
     * Reads the feed's answer.
     *
     * @throws IllegalArgumentException when it has not the agreed shape
     */
    static Cutoffs parse(JsonObject feed) {
        try {
            JsonArray cutoffs = Optional.ofNullable(feed.getJsonArray("cutoffs"))
                    .orElseThrow(() -> new IllegalArgumentException("no cut-offs"));
            return new Cutoffs(cutoffs.stream()
                    .map(JsonObject.class::cast)
                    .map(Cutoffs::cutoff)
                    .toList());
        } catch (ClassCastException | NumberFormatException e) {
            throw new IllegalArgumentException("a cut-off cannot be read", e);
        }
    }

    boolean refuse(AccessToken token) {
        return all.stream().anyMatch(cutoff -> cutoff.refuses(token));
    }

    private static Cutoff cutoff(JsonObject json) {
        String kind = json.getString("kind");
        String value = json.getString("value");
        Number notBefore = json.getNumber("not_before", Long.MAX_VALUE);
        if (kind == null || value == null) {
            throw new IllegalArgumentException("a cut-off has no kind or no value");
        }
        return new Cutoff(kind, value, new BigDecimal(notBefore.toString()));
    }
}
