package dev.sallyport.demo.story;

import dev.sallyport.demo.idp.Person;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Step 5: acme's administrator sends a list of people, somebody else approves it, and one of them signs in. */
final class PeopleInBulk {
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private PeopleInBulk() {}

    static void play(Stage stage) {
        Company acme = stage.world().acme();
        Visitor chen = Visitor.signIn(stage, acme, Cast.CHEN);
        Caller administrator = stage.operator().as(chen.accessToken());
        String list = send(administrator, acme);
        Checks.equal(
                "accounts of Dana before the approval",
                0,
                stage.users(acme, Cast.DANA.email()).size());

        String approve = Stage.path(acme, "/imports/" + list + "/approve");
        Checks.status("approving one's own list", 403, administrator.post(approve));
        Checks.status("approving the list of another", 202, stage.operator().post(approve));
        JsonObject applied = Patience.until("the list is applied", LONGEST, () -> applied(administrator, acme, list));
        Checks.equal("who approved", "operator", applied.getString("decided_by"));

        List<JsonObject> waiting = stage.users(acme, Cast.DANA.email());
        Checks.equal("accounts of Dana", 1, waiting.size());
        Checks.equal("status of Dana's account", "staged", waiting.get(0).getString("status"));
        Checks.equal("who brought it in", "import", waiting.get(0).getString("source"));

        Visitor dana = Visitor.signIn(stage, acme, Cast.DANA);
        Checks.equal("the account that Dana signs in to", waiting.get(0).getString("id"), dana.user());
        List<JsonObject> after = stage.users(acme, Cast.DANA.email());
        Checks.equal("accounts of Dana at the end", 1, after.size());
        Checks.equal(
                "status of Dana's account at the end", "active", after.get(0).getString("status"));
    }

    private static String send(Caller administrator, Company acme) {
        StringBuilder csv = new StringBuilder("user_name,email,display_name,given_name,family_name\n");
        for (Person person : List.of(Cast.DANA, Cast.STAFF.get(0), Cast.STAFF.get(1))) {
            csv.append(String.join(
                            ",",
                            person.email(),
                            person.email(),
                            person.name(),
                            person.givenName(),
                            person.familyName()))
                    .append('\n');
        }
        JsonObject sent = Checks.status(
                        "sending the list",
                        202,
                        administrator.post(Stage.path(acme, "/imports"), "text/csv", csv.toString()))
                .json();
        Checks.equal("status of the list", "pending_approval", sent.getString("status"));
        Checks.equal("rows of the list", 3, sent.getInteger("rows"));
        Checks.equal("errors in the list", 0, sent.getInteger("errors"));
        return sent.getString("id");
    }

    private static Optional<JsonObject> applied(Caller administrator, Company acme, String list) {
        JsonObject now = Checks.status("the list", 200, administrator.get(Stage.path(acme, "/imports/" + list)))
                .json();
        Checks.that(!now.getString("status").equals("failed"), "the list can be applied");
        return now.getString("status").equals("applied") ? Optional.of(now) : Optional.empty();
    }
}
