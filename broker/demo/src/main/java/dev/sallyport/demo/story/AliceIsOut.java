package dev.sallyport.demo.story;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Step 7: everything that Alice held is dead, the application knows, and she does not get in again. */
final class AliceIsOut {
    private static final Duration FEED = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private AliceIsOut() {}

    /** Plays it; gives the receipt. */
    static JsonObject play(Stage stage, Client app, Departure departure) {
        Visitor alice = departure.held().owner();
        Company acme = alice.company();
        holdingsAreDead(stage, app, departure.held());

        JsonObject account = DirectoryIsRead.account(stage, acme, alice);
        Checks.equal("groups of Alice's account", List.of(), Answer.objects(account, "groups"));
        JsonObject access = Checks.status(
                        "what Alice may do",
                        200,
                        stage.operator().get(Stage.path(acme, "/users/" + alice.user() + "/access")))
                .json();
        Checks.equal("permissions of Alice's account", List.of(), Answer.texts(access, "permissions"));

        applicationKnows(stage, alice);
        comesBack(stage, alice);
        return receipt(stage, departure);
    }

    private static void holdingsAreDead(Stage stage, Client app, Holdings held) {
        Visitor alice = held.owner();
        Company acme = alice.company();
        Caller client = Caller.client(stage.issuer(acme), app);
        invalidGrant("the newest refresh token", Holdings.refresh(client, held.refreshToken()));
        invalidGrant(
                "the application's refresh token",
                Holdings.refresh(client, alice.session().refreshToken()));
        invalidGrant("the authorization code", Holdings.exchange(stage, client, acme, held.code()));
        Checks.equal("the session's answer", Optional.empty(), Holdings.code(stage, app, alice));
        Checks.equal("the API key, introspected", false, TenantsStayApart.isActive(stage, acme, app, held.apiKey()));
        Checks.equal(
                "the access token, introspected",
                false,
                TenantsStayApart.isActive(stage, acme, app, alice.accessToken()));
        Checks.status(
                "the access token at userinfo",
                401,
                stage.at(acme, alice.accessToken()).get("/userinfo"));
    }

    private static void invalidGrant(String what, Answer answer) {
        Checks.status(what, 400, answer);
        Checks.equal(what, "invalid_grant", answer.json().getString("error"));
    }

    private static void applicationKnows(Stage stage, Visitor alice) {
        Patience.until(
                "the application receives the back-channel logout",
                LONGEST,
                () -> stage.app().receivedLogouts().stream()
                        .filter(notice -> notice.tenant().equals(alice.company().slug()))
                        .filter(notice -> notice.subject().equals(alice.user())
                                || notice.sid().equals(alice.session().sid()))
                        .findFirst());
        Checks.that(
                stage.app().sessions().stream().noneMatch(open -> open.subject().equals(alice.user())),
                "the application has no session of Alice any more");
        Page page = alice.browser().open(stage.app().url() + "/me");
        Checks.equal("where Alice's browser ends up", stage.app().url() + "/", Wire.shown(page.address()));
    }

    private static void comesBack(Stage stage, Visitor alice) {
        Company acme = alice.company();
        Page end = Visitor.attempt(stage, acme, alice.person(), new Browser());
        Checks.that(
                end.trail().stream()
                        .filter(address -> address.getPath().contains("/federation/"))
                        .anyMatch(address -> Page.parameter(address, "code").isPresent()),
                "the identity provider lets Alice in");
        Checks.equal(
                "what Sallyport tells the application",
                Optional.of("access_denied"),
                Page.parameter(end.address(), "error"));
        Checks.status("the application's answer", 403, end);
        List<JsonObject> accounts = stage.users(acme, alice.person().email());
        Checks.equal("accounts of Alice", 1, accounts.size());
        Checks.equal("status of Alice's account", "offboarded", accounts.get(0).getString("status"));
    }

    private static JsonObject receipt(Stage stage, Departure departure) {
        String path = Stage.path(departure.held().owner().company(), "/offboardings/" + departure.receipt());
        JsonObject receipt = Patience.until("all notices are delivered", LONGEST, () -> delivered(stage, path));
        Checks.equal("cause on the receipt", "directory.absent", receipt.getString("cause"));
        JsonObject closed = receipt.getJsonObject("closed");
        for (String what : List.of(
                "sessions", "refresh_families", "refresh_tokens", "authorization_codes", "api_keys", "memberships")) {
            Checks.atLeast(what + " on the receipt", 1, closed.getInteger(what));
        }
        Duration late = Duration.between(Instant.parse(receipt.getString("created_at")), departure.refusedAt());
        Checks.that(
                late.compareTo(FEED) <= 0,
                "an access token is refused within a second by whoever follows the feed; it took " + late.toMillis()
                        + " ms");
        return receipt.put("token_refused_after_ms", Math.max(0, late.toMillis()));
    }

    private static Optional<JsonObject> delivered(Stage stage, String path) {
        JsonObject receipt =
                Checks.status("the receipt", 200, stage.operator().get(path)).json();
        List<JsonObject> deliveries = Answer.objects(receipt, "deliveries");
        boolean all = deliveries.stream().allMatch(one -> one.getString("state").equals("delivered"));
        return deliveries.isEmpty() || !all ? Optional.empty() : Optional.of(receipt);
    }
}
