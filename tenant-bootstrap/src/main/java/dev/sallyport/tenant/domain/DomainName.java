package dev.sallyport.tenant.domain;

import dev.sallyport.tenant.domain.DomainRefused.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A domain that a company can own, in its ASCII form: lower case, IDN as {@code xn--} labels.
 *
 * <p>Names below which anybody can register are refused by two rules: at least two labels, and not one of a bundled list of the most common
 * public suffixes. The list is not the complete Public Suffix List; what it misses is still safe, because each domain has to be proven in
 * its own DNS zone, which nobody controls for a public suffix. The lists of suffixes and of free mail providers are files beside this
 * class.
 */
public record DomainName(String ascii) {
    private static final Pattern LABELS =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])");
    private static final Set<String> FREE_MAIL = list("free-mail.txt");
    private static final Set<String> PUBLIC_SUFFIXES = list("public-suffixes.txt");

    /**
     * Reads what somebody typed.
     *
     * @throws DomainRefused INVALID, PUBLIC_SUFFIX or FREE_MAIL
     */
    public static DomainName of(String text) {
        String ascii = normalised(text).orElseThrow(() -> new DomainRefused(Reason.INVALID));
        if (PUBLIC_SUFFIXES.contains(ascii)) {
            throw new DomainRefused(Reason.PUBLIC_SUFFIX);
        }
        if (FREE_MAIL.contains(ascii)) {
            throw new DomainRefused(Reason.FREE_MAIL);
        }
        return new DomainName(ascii);
    }

    /** The domain of an e-mail address, or a domain itself, in ASCII; empty if the text is neither. */
    static Optional<String> ofAddress(String text) {
        return normalised(text.substring(text.lastIndexOf('@') + 1));
    }

    /** Where its owner puts the proof. */
    public String challengeName() {
        return "_sallyport-challenge." + ascii;
    }

    private static Optional<String> normalised(String text) {
        String trimmed = text.strip();
        if (trimmed.isEmpty() || trimmed.length() > 253) {
            return Optional.empty();
        }
        try {
            String ascii = IDN.toASCII(trimmed, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            return ascii.length() <= 230 && LABELS.matcher(ascii).matches() ? Optional.of(ascii) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Set<String> list(String file) {
        try (InputStream in = DomainName.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
