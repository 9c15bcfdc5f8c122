package dev.sallyport.broker.admin;

import dev.sallyport.tenant.Uuids;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** Where a list goes on: the key of the last item, opaque to the caller. It is only ever compared with keys of what the caller may see. */
final class Cursor {
    private Cursor() {}

    static String of(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    /** The key in a cursor. Fails with 400 if it is none that we hand out. */
    static String key(String cursor, Predicate<String> sound) {
        return decoded(cursor)
                .filter(sound)
                .orElseThrow(() -> Problem.badParameter("cursor", "is not the next_cursor of a page"));
    }

    /** The id in a cursor. Fails with 400 if there is none. */
    static UUID id(String cursor) {
        return UUID.fromString(key(cursor, text -> Uuids.parse(text).isPresent()));
    }

    private static Optional<String> decoded(String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.chars().anyMatch(Character::isISOControl) ? Optional.empty() : Optional.of(text);
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
