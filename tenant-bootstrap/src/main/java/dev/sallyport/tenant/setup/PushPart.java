package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.Uuids;
import dev.sallyport.tenant.setup.DirectoryView.Push;
import dev.sallyport.tenant.setup.PushSettings.Made;
import dev.sallyport.tenant.setup.PushSettings.Refusal;
import dev.sallyport.tenant.setup.PushSettings.Token;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The part of the page "Directory" for directories that push. */
final class PushPart {
    static final String MAKE = "make_token";
    static final String END = "end_token";

    private static final int LIVE_AT_ONCE = 2;

    private PushPart() {}

    /** Whether a form is about a token. */
    static boolean isMeant(Visit visit) {
        return Set.of(MAKE, END).contains(visit.field("action"));
    }

    /** Makes a token, for a page that shows it this once. */
    static Future<Optional<Made>> make(Visit visit) {
        return visit.parts().push().make(visit.tenant().id(), visit.session().actor());
    }

    /** What is wrong if none was made. */
    static String error(Optional<Made> made) {
        return made.isPresent() ? "" : "Two tokens are good already. End one of them first.";
    }

    /** Ends the token that the form names, and goes to a page. */
    static Future<Void> end(Visit visit, String then) {
        return Uuids.parse(visit.field("token"))
                .map(id -> visit.parts()
                        .push()
                        .end(visit.tenant().id(), id, visit.session().actor()))
                .orElseGet(() -> Future.succeededFuture(false))
                .map(ended -> {
                    visit.goTo(then);
                    return null;
                });
    }

    static Future<Push> of(Visit visit, Optional<Made> made, String error) {
        PushSettings push = visit.parts().push();
        Future<List<Token>> tokens = push.live(visit.tenant().id());
        Future<List<Refusal>> refusals = push.refusals(visit.tenant().id());
        return Future.all(tokens, refusals).map(both -> {
            Optional<Instant> last = tokens.result().stream()
                    .flatMap(token -> token.lastUsedAt().stream())
                    .max(Comparator.naturalOrder());
            return new Push(
                    push.baseUrl(visit.tenant()),
                    made.map(Made::secret).orElse(""),
                    error,
                    tokens.result().stream().map(PushPart::line).toList(),
                    tokens.result().size() < LIVE_AT_ONCE,
                    last.isPresent(),
                    last.map(at -> "Your directory has been here, last on " + Times.minute(at) + ".")
                            .orElse("Your directory has not been here yet."),
                    refusals.result().stream().map(PushPart::line).toList());
        });
    }

    private static DirectoryView.Token line(Token token) {
        return new DirectoryView.Token(
                token.id().toString(),
                Times.minute(token.createdAt()),
                Times.day(token.expiresAt()),
                token.lastUsedAt().map(Times::minute).orElse("never"));
    }

    private static DirectoryView.Refused line(Refusal refusal) {
        return new DirectoryView.Refused(
                refusal.operation(),
                refusal.status(),
                refusal.times(),
                Times.minute(refusal.lastAt()),
                PushWords.of(refusal));
    }
}
