package dev.sallyport.demo.story;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Step 6: acme's directory is attached and read; Alice is removed from it, and from it only; the next read closes her account. */
final class DirectoryIsRead {
    private static final int WEEK_SECONDS = 604_800;
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private DirectoryIsRead() {}

    static Departure play(Stage stage, Client app, Tenancy acme, Visitor alice) {
        Company company = acme.company();
        DirectoryAttached.play(stage, acme, WEEK_SECONDS);
        SyncRun rehearsal = SyncRun.full(stage, company, true).ending("done");
        Checks.equal("who would go by the first dry run", List.of(), rehearsal.leaving());
        readAll(stage, company, alice);

        Holdings held = Holdings.collect(stage, app, alice);
        try (Watch<Instant> refusal = Watch.start(() -> refused(stage, alice))) {
            company.directory().remove(alice.person());
            Checks.that(company.canSignIn(alice.person()), "the identity provider still knows Alice");
            String receipt = removed(stage, company, alice);
            return new Departure(
                    held, receipt, refusal.get("the application's API refuses Alice's access token", LONGEST));
        }
    }

    private static void readAll(Stage stage, Company company, Visitor alice) {
        SyncRun read = SyncRun.full(stage, company, false).ending("done");
        Checks.equal("people in the directory", company.directory().size(), read.count("found"));
        Checks.equal("people who went by the first read", 0, read.count("removed"));
        Cast.STAFF.forEach(person -> Checks.equal(
                "accounts of " + person.name(),
                1,
                stage.users(company, person.email()).size()));
        JsonObject account = account(stage, company, alice);
        Checks.equal("status of Alice's account", "active", account.getString("status"));
        Checks.equal(
                "directories that vouch for Alice's account",
                1L,
                Answer.objects(account, "directory").stream()
                        .filter(entry -> entry.getBoolean("active"))
                        .count());
    }

    private static String removed(Stage stage, Company company, Visitor alice) {
        SyncRun rehearsal = SyncRun.full(stage, company, true).ending("done");
        Checks.equal("who would go by the dry run", List.of(alice.user()), rehearsal.leaving());
        Checks.equal(
                "status of Alice's account after the dry run",
                "active",
                account(stage, company, alice).getString("status"));
        SyncRun read = SyncRun.full(stage, company, false).ending("done");
        Checks.equal("people who went", 1, read.count("removed"));
        Checks.equal("who went", List.of(alice.user()), read.leaving());
        JsonObject account = account(stage, company, alice);
        Checks.equal("status of Alice's account after the read", "offboarded", account.getString("status"));
        return account.getString("offboarding");
    }

    private static Optional<Instant> refused(Stage stage, Visitor alice) {
        Answer answer = stage.api(alice.company(), alice.accessToken()).get("/me");
        if (answer.status() == 200) {
            return Optional.empty();
        }
        Checks.status("a dead token at the application's API", 401, answer);
        return Optional.of(Instant.now());
    }

    static JsonObject account(Stage stage, Company company, Visitor visitor) {
        return Checks.status(
                        "the account of " + visitor.person().name(),
                        200,
                        stage.operator().get(Stage.path(company, "/users/" + visitor.user())))
                .json();
    }
}
