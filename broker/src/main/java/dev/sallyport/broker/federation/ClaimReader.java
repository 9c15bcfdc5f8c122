package dev.sallyport.broker.federation;

import dev.sallyport.broker.people.Profile;
import dev.sallyport.tenant.connection.ClaimNames;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Reads a profile out of verified claims. Pure. */
public final class ClaimReader {
    private ClaimReader() {}

    /**
     * The profile.
     *
     * @param claims of the ID token, completed by userinfo
     */
    public static Profile profile(JsonObject claims, ClaimNames names, String subject) {
        Optional<String> email = text(claims, names.email(), 320).filter(e -> e.indexOf('@') > 0);
        // Only the JSON boolean true counts; some providers send the string.
        boolean verified = Boolean.TRUE.equals(claims.getValue("email_verified"));
        String userName =
                text(claims, "preferred_username", 320).or(() -> email).orElse(subject);
        return new Profile(
                userName,
                email,
                verified,
                text(claims, names.name(), 300),
                text(claims, names.givenName(), 200),
                text(claims, names.familyName(), 200),
                GroupClaim.read(claims, names));
    }

    private static Optional<String> text(JsonObject claims, String name, int most) {
        return ClaimPath.find(claims, name) instanceof String text
                        && !text.isBlank()
                        && text.length() <= most
                        && text.chars().noneMatch(c -> c < 0x20)
                ? Optional.of(text)
                : Optional.empty();
    }
}
