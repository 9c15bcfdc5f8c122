package dev.sallyport.demo.story;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The whole story, from the first tenant to the last ghost. */
public final class Story {
    /** What acme's groups are good for. */
    public static final Map<String, String> ROLES_AT_ACME =
            Map.of(Cast.GROUP, OperatorPrepares.BOOKKEEPER, Cast.ADMINISTRATORS, OperatorPrepares.MANAGER);

    /** What globex's groups are good for: one has the name of a group of acme, and another meaning. */
    public static final Map<String, String> ROLES_AT_GLOBEX =
            Map.of(Cast.GROUP, OperatorPrepares.MANAGER, "operations", OperatorPrepares.BOOKKEEPER);

    private Story() {}

    /** Plays all nine steps; fails with {@link Broken} at the first that does not hold, which is then the last line that was printed. */
    public static void play(Stage stage, PrintWriter out) {
        Teller teller = new Teller(out);
        Client app = teller.step(
                "The operator creates two tenants, an application, the permission catalogue and two roles.",
                () -> OperatorPrepares.play(stage));
        Tenancy acme = teller.step(
                "Setup links work once; both companies connect and test their sign-in, map groups and go live.",
                () -> bothGoLive(stage));
        Visitor alice = teller.step(
                "Alice signs in through acme: an account just in time, tokens that prove themselves.",
                () -> AliceSignsIn.play(stage, app));
        teller.tell(
                "Acme's tokens are refused at globex; there, the same names are another Alice and other rights.",
                () -> TenantsStayApart.play(stage, app, alice));
        teller.tell(
                "A list of people is imported, approved by a second administrator; Dana finds her account waiting.",
                () -> PeopleInBulk.play(stage));
        Departure departure = teller.step(
                "Acme's directory is read; Alice is removed from it, a dry run names her, the next read offboards her.",
                () -> DirectoryIsRead.play(stage, app, acme, alice));
        JsonObject receipt = teller.step(
                "All that Alice held is dead, the application knows, and her identity provider cannot bring her back.",
                () -> AliceIsOut.play(stage, app, departure));
        teller.note(told(receipt));
        teller.tell(
                "The directory answers with an empty list: the brake holds, nobody is removed.",
                () -> BrakeHolds.play(stage));
        JsonObject ghost = teller.step(
                "The ghost report names an account that the directory never vouched for.",
                () -> GhostsAreNamed.play(stage));
        teller.note(ghost.getJsonObject("user").getString("email") + ": " + ghost.getString("detail"));
    }

    private static Tenancy bothGoLive(Stage stage) {
        Tenancy acme = TenantGoesLive.play(stage, stage.world().acme(), Cast.CHEN, ROLES_AT_ACME);
        TenantGoesLive.play(stage, stage.world().globex(), Cast.NAMESAKE, ROLES_AT_GLOBEX);
        return acme;
    }

    private static String told(JsonObject receipt) {
        JsonObject closed = receipt.getJsonObject("closed");
        String doors = closed.fieldNames().stream()
                .filter(what -> closed.getInteger(what) > 0)
                .map(what -> closed.getInteger(what) + " " + what.replace('_', ' '))
                .collect(Collectors.joining(", "));
        List<JsonObject> deliveries = Answer.objects(receipt, "deliveries");
        return "receipt " + receipt.getString("id") + ": " + receipt.getString("cause") + "; closed " + doors + "; "
                + deliveries.size() + " of " + deliveries.size() + " notices delivered; access token refused after "
                + receipt.getLong("token_refused_after_ms") + " ms";
    }
}
