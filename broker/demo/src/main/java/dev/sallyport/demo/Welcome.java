package dev.sallyport.demo;

import dev.sallyport.demo.idp.Person;
import dev.sallyport.demo.story.Cast;
import dev.sallyport.demo.story.Company;
import dev.sallyport.demo.story.DemoWorld;
import dev.sallyport.demo.story.DemoWorld.DemoCompany;
import dev.sallyport.demo.story.DirectoryAttached;
import dev.sallyport.demo.story.OperatorPrepares;
import dev.sallyport.demo.story.SetupLink;
import dev.sallyport.demo.story.Stage;
import dev.sallyport.demo.story.Story;
import dev.sallyport.demo.story.TenantGoesLive;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Prepares the house for a visitor and tells where to click. Globex is connected already, Acme is left for the visitor. */
final class Welcome {
    private static final int READ_EVERY_SECONDS = 60;
    private static final List<String> PURPOSES = List.of("federate", "domain", "directory");

    private final House<DemoWorld> house;
    private final Stage stage;
    private final PrintWriter out;

    Welcome(House<DemoWorld> house, PrintWriter out) {
        this.house = house;
        this.stage = house.stage();
        this.out = out;
    }

    /**
     * Prepares and tells.
     *
     * @param everything whether Acme is to be connected too
     */
    void say(boolean everything) {
        DemoCompany acme = house.world().acme();
        DemoCompany globex = house.world().globex();
        OperatorPrepares.play(stage);
        connect(globex, Cast.NAMESAKE, Story.ROLES_AT_GLOBEX);
        if (everything) {
            connect(acme, Cast.CHEN, Story.ROLES_AT_ACME);
        }
        Registration registration = Registration.start(stage);
        house.onClose(registration::close);

        line("Sallyport is up at " + stage.publicUrl() + ". Ctrl-C stops everything and leaves nothing behind.");
        line("");
        line("SEE IT WORK. Globex is connected.");
        item("The application", stage.app().url() + "/  (choose Globex)");
        people(globex, Story.ROLES_AT_GLOBEX);
        item("Its directory", globex.directory().page());
        line("     Sign in as Farah, then remove her from the directory: it is read once a minute, and she is out.");
        item("Its setup link", link(globex) + "  (works once; shows the setup of a company that is live)");
        line("");
        line(everything ? "AND ACME. It is connected too." : "CONNECT A COMPANY. Acme waits for you.");
        item("Its setup link", link(acme) + "  (works once)");
        if (!everything) {
            line(
                    "     In the step \"Sign-in\" enter what Acme's identity provider says of itself. The redirect URI is registered there");
            line("     for you; with a provider of your own you would paste it there.");
        }
        item("Issuer", acme.issuer());
        item("Client ID", acme.client().id());
        item("Client secret", acme.client().secret());
        line("     Then test the sign-in, map the groups and go live.");
        people(acme, Story.ROLES_AT_ACME);
        item("SCIM base URL", acme.directory().settings().getString("base_url"));
        item("Bearer token", acme.directory().token());
        item("Its directory", acme.directory().page());
        line("");
        line("THE OPERATOR. Every command of ./sallyport takes these two; --help tells the commands.");
        line("     --server " + stage.publicUrl() + " --token " + stage.operatorToken());
        item("The admin API", stage.publicUrl() + "/openapi.json");
        out.flush();
    }

    private void connect(DemoCompany company, Person administrator, Map<String, String> roles) {
        DirectoryAttached.play(stage, TenantGoesLive.play(stage, company, administrator, roles), READ_EVERY_SECONDS);
    }

    private String link(Company company) {
        return SetupLink.make(stage, company, PURPOSES).url();
    }

    private void people(DemoCompany company, Map<String, String> roles) {
        line("     People, all with the password " + company.people().get(0).password() + ":");
        for (Person person : company.people()) {
            line("       %-34s %s".formatted(person.email(), told(person, roles)));
        }
    }

    private static String told(Person person, Map<String, String> roles) {
        String groups = person.groups().stream()
                .filter(roles::containsKey)
                .map(group -> group + ", which is mapped to the role " + roles.get(group))
                .collect(Collectors.joining("; "));
        return groups.isEmpty() ? "in no group that gives anything" : "in the group " + groups;
    }

    private void item(String name, String value) {
        line("     %-16s %s".formatted(name, value));
    }

    private void line(String text) {
        out.println(text);
    }
}
