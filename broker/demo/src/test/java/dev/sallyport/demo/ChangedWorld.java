package dev.sallyport.demo;

import dev.sallyport.demo.idp.Person;
import dev.sallyport.demo.story.Browser;
import dev.sallyport.demo.story.Client;
import dev.sallyport.demo.story.Company;
import dev.sallyport.demo.story.Page;
import dev.sallyport.demo.story.StaffDirectory;
import dev.sallyport.demo.story.World;
import io.vertx.core.json.JsonObject;
import java.util.Set;

/** A world in which something that the story needs does not happen at acme, so that the story has to notice. */
record ChangedWorld(World world, boolean keepsEverybody, boolean staysWhole) implements World {

    @Override
    public Company acme() {
        return new Changed(world.acme(), new Kept(world.acme().directory(), keepsEverybody, staysWhole));
    }

    @Override
    public Company globex() {
        return world.globex();
    }

    @Override
    public Set<String> addresses() {
        return world.addresses();
    }

    @Override
    public void close() {
        world.close();
    }

    private record Changed(Company company, StaffDirectory directory) implements Company {
        @Override
        public String slug() {
            return company.slug();
        }

        @Override
        public String name() {
            return company.name();
        }

        @Override
        public String issuer() {
            return company.issuer();
        }

        @Override
        public Client client() {
            return company.client();
        }

        @Override
        public void register(String redirectUri, String backchannelLogoutUri) {
            company.register(redirectUri, backchannelLogoutUri);
        }

        @Override
        public Page signIn(Browser browser, Page signInPage, Person person) {
            return company.signIn(browser, signInPage, person);
        }

        @Override
        public boolean canSignIn(Person person) {
            return company.canSignIn(person);
        }
    }

    private record Kept(StaffDirectory directory, boolean keepsEverybody, boolean staysWhole)
            implements StaffDirectory {
        @Override
        public JsonObject settings() {
            return directory.settings();
        }

        @Override
        public void remove(Person person) {
            if (!keepsEverybody) {
                directory.remove(person);
            }
        }

        @Override
        public int size() {
            return directory.size();
        }

        @Override
        public void loseEverybody() {
            if (!staysWhole) {
                directory.loseEverybody();
            }
        }

        @Override
        public void recover() {
            directory.recover();
        }
    }
}
