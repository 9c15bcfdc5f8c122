package dev.sallyport.verifier;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The trusted issuers: addresses with a hole where the tenant's slug stands. Of a token's {@code iss} only that slug is believed, and only
 * if it has the grammar of slugs, so that a token cannot name an address.
 */
final class Issuers {
    private static final String HOLE = "{tenant}";
    private static final Pattern SLUG = Pattern.compile("[a-z0-9](-?[a-z0-9])*");
    private static final int LONGEST_SLUG = 40;

    private final List<Trusted> patterns;
    private final Predicate<String> served;

    private record Trusted(String before, String after) {
        static Trusted parse(String pattern) {
            int hole = pattern.indexOf(HOLE);
            if (hole < 0 || pattern.indexOf('{', hole + 1) >= 0) {
                throw new IllegalArgumentException("an issuer pattern needs " + HOLE + " exactly once: " + pattern);
            }
            Trusted trusted = new Trusted(pattern.substring(0, hole), pattern.substring(hole + HOLE.length()));
            URI uri = URI.create(trusted.before + "x" + trusted.after);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
                throw new IllegalArgumentException(
                        "an issuer pattern is an address without query and fragment: " + pattern);
            }
            if (!URI.create(trusted.before).getRawPath().startsWith("/")) {
                throw new IllegalArgumentException(HOLE + " must stand in the path: " + pattern);
            }
            return trusted;
        }

        Optional<String> slug(String issuer) {
            int length = issuer.length() - before.length() - after.length();
            return length < 1 || length > LONGEST_SLUG || !issuer.startsWith(before) || !issuer.endsWith(after)
                    ? Optional.empty()
                    : Optional.of(issuer.substring(before.length(), before.length() + length))
                            .filter(slug -> SLUG.matcher(slug).matches());
        }
    }

    Issuers(List<String> patterns, Predicate<String> served) {
        this.patterns = patterns.stream().map(Trusted::parse).toList();
        this.served = served;
    }

    /** The slug of the tenant that an issuer is, if it is trusted and its tenant is served. */
    Optional<String> tenant(String issuer) {
        for (Trusted trusted : patterns) {
            Optional<String> slug = trusted.slug(issuer);
            if (slug.isPresent()) {
                return slug.filter(served);
            }
        }
        return Optional.empty();
    }
}
