package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.setup.AccountsView.Line;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tells what the sign-in that is being set up means to the accounts that are there already. Numbers only: a link is no directory. */
final class AccountsStep implements SetupStep {
    @Override
    public String key() {
        return "accounts";
    }

    @Override
    public Set<SetupPurpose> purposes() {
        return Set.of(SetupPurpose.FEDERATE, SetupPurpose.DIRECTORY);
    }

    @Override
    public Future<Void> show(Visit visit) {
        Accounts accounts = visit.state().accounts();
        boolean directory = visit.state().directory().isPresent();
        visit.show(
                200,
                "Existing accounts",
                key(),
                "setup/accounts.jte",
                new AccountsView(accounts.all() == 0, lines(accounts, directory)));
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> submit(Visit visit) {
        visit.goTo(key());
        return Future.succeededFuture();
    }

    static List<Line> lines(Accounts accounts, boolean directory) {
        List<Line> lines = new ArrayList<>();
        add(
                lines,
                accounts.expected(),
                "wait for their first sign-in",
                "Whoever signs in with the same user name takes the account over, with the groups and roles that it was given. What somebody else may have left open in it is closed then.");
        add(lines, accounts.here(), "have signed in by this connection", "They go on as they are.");
        add(
                lines,
                accounts.elsewhere(),
                "have signed in another way, and never by this connection",
                "They are not let in by this connection, because a name or an address proves nobody: they read that another account already uses their user name. Keep their way in until an administrator has offboarded the old account.");
        add(lines, accounts.asking(), "wait for an administrator’s yes", "Going live does not change that.");
        add(
                lines,
                accounts.off(),
                "were turned off",
                "They do not come back by signing in. Only an administrator or the directory lets them in again.");
        if (directory) {
            add(
                    lines,
                    accounts.unvouched(),
                    "of those who may come in were not brought by a directory",
                    "Your directory does not vouch for them. The report of ghosts names each with its reason, after the first reading.");
        }
        return lines;
    }

    private static void add(List<Line> lines, long count, String who, String what) {
        if (count > 0) {
            lines.add(new Line(count, who, what));
        }
    }
}
