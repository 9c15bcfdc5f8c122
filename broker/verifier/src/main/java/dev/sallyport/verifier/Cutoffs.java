package dev.sallyport.verifier;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cut-offs of a tenant. An entry stays until the time that it names itself, even when a later list is without it: a list may come from
 * a node that lags behind, and what was cut off does not come back.
 */
final class Cutoffs {
    static final Cutoffs NONE = new Cutoffs(Map.of());

    private static final int MOST = 200_000;
    /** More than any clock is wrong by. */
    private static final long SLACK_SECONDS = 300;

    private static final Set<String> KINDS = Set.of("user", "session", "family", "api_key", "tenant", "jti", "kid");

    private final Map<Name, Entry> entries;

    private record Name(String kind, String value) {}

    /** What is off, and until when anybody needs to know; whole seconds since 1970. */
    private record Entry(long notBefore, long expiresAt) {}

    private Cutoffs(Map<Name, Entry> entries) {
        this.entries = entries;
    }

    /**
     * Reads the feed's answer. Kinds that are unknown are passed over; a time that cannot be read makes the cut-off total.
     *
     * @throws ParseException when it has not the agreed shape
     */
    static Cutoffs parse(String json, int mostBytes) throws ParseException {
        Map<String, Object>[] all =
                JSONObjectUtils.getJSONObjectArray(JSONObjectUtils.parse(json, mostBytes), "cutoffs");
        if (all == null || all.length > MOST) {
            throw new ParseException("no list of at most " + MOST + " cut-offs", 0);
        }
        Map<Name, Entry> entries = new HashMap<>();
        for (Map<String, Object> each : all) {
            if (!(each.get("kind") instanceof String kind) || !(each.get("value") instanceof String value)) {
                throw new ParseException("a cut-off has no kind or no value", 0);
            }
            if (KINDS.contains(kind)) {
                Entry entry = new Entry(seconds(each.get("not_before")), seconds(each.get("expires_at")));
                entries.merge(new Name(kind, value), entry, Cutoffs::later);
            }
        }
        return new Cutoffs(entries);
    }

    /** These, and those of before that are not over. */
    Cutoffs with(Cutoffs before, long nowSeconds) {
        Map<Name, Entry> both = new HashMap<>(entries);
        before.entries.forEach((name, entry) -> {
            if (entry.expiresAt + SLACK_SECONDS > nowSeconds && both.size() < 2 * MOST) {
                both.merge(name, entry, Cutoffs::later);
            }
        });
        return new Cutoffs(both);
    }

    /** Whether a key is named that was not named before. */
    boolean namesNewKey(Cutoffs before) {
        return entries.keySet().stream().anyMatch(name -> name.kind.equals("kid") && !before.entries.containsKey(name));
    }

    /** Whether a token is off. */
    boolean refuse(VerifiedToken token) {
        return !entries.isEmpty()
                && (before("user", Optional.of(token.subject()), token)
                        || before("tenant", Optional.of(token.tenant()), token)
                        || before("api_key", token.apiKey(), token)
                        || has("session", token.sessionId())
                        || has("family", token.family())
                        || has("jti", Optional.of(token.id()))
                        || has("kid", Optional.of(token.kid())));
    }

    /** A person, a tenant or a narrowed API key may get newer tokens that are good. The token's time is in whole seconds, so in that second it loses. */
    private boolean before(String kind, Optional<String> value, VerifiedToken token) {
        Entry entry = value.map(v -> entries.get(new Name(kind, v))).orElse(null);
        return entry != null && token.issuedAt().getEpochSecond() <= entry.notBefore;
    }

    private boolean has(String kind, Optional<String> value) {
        return value.isPresent() && entries.containsKey(new Name(kind, value.get()));
    }

    private static Entry later(Entry one, Entry other) {
        return new Entry(Math.max(one.notBefore, other.notBefore), Math.max(one.expiresAt, other.expiresAt));
    }

    private static long seconds(Object value) {
        return value instanceof Number number && Math.abs(number.doubleValue()) < Long.MAX_VALUE / 2.0
                ? (long) Math.floor(number.doubleValue())
                : Long.MAX_VALUE / 2;
    }
}
