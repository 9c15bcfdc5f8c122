package dev.sallyport.demo.story;

import dev.sallyport.demo.directory.DemoDirectory;
import dev.sallyport.demo.directory.DirectoryOptions;
import dev.sallyport.demo.directory.DirectoryPerson;
import dev.sallyport.demo.directory.Misbehaviour;
import dev.sallyport.demo.idp.DemoCompanies;
import dev.sallyport.demo.idp.DemoIdp;
import dev.sallyport.demo.idp.IdpClient;
import dev.sallyport.demo.idp.IdpCompany;
import dev.sallyport.demo.idp.Person;
import dev.sallyport.demo.page.Secrets;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The demo's own companies, on loopback ports of this process. */
public final class DemoWorld implements World {
    private static final int ROWS_PER_PAGE = 5;
    private static final String CLIENT_ID = "sallyport";

    private final DemoCompany acme;
    private final DemoCompany globex;

    private DemoWorld(DemoCompany acme, DemoCompany globex) {
        this.acme = acme;
        this.globex = globex;
    }

    /** Starts two identity providers and two directories. Blocks until they listen. */
    public static DemoWorld start(Vertx vertx) {
        DemoCompany acme = DemoCompany.start(vertx, DemoCompanies.acme());
        DemoCompany globex = DemoCompany.start(vertx, DemoCompanies.globex());
        Cast.ON_ACMES_STAFF.forEach(acme.directory()::add);
        DemoCompanies.globex().people().forEach(globex.directory()::add);
        return new DemoWorld(acme, globex);
    }

    @Override
    public DemoCompany acme() {
        return acme;
    }

    @Override
    public DemoCompany globex() {
        return globex;
    }

    @Override
    public Set<String> addresses() {
        return companies().stream()
                .map(DemoCompany.class::cast)
                .flatMap(company -> Stream.of(
                        URI.create(company.issuer()).getAuthority(),
                        company.directory().hostAndPort()))
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        acme.close();
        globex.close();
    }

    /** One of them. */
    public static final class DemoCompany implements Company {
        private final DemoIdp idp;
        private final DemoStaff directory;
        private final Client client = new Client(CLIENT_ID, Secrets.random());

        private DemoCompany(DemoIdp idp, DemoStaff directory) {
            this.idp = idp;
            this.directory = directory;
        }

        private static DemoCompany start(Vertx vertx, IdpCompany company) {
            String token = Secrets.random();
            DirectoryOptions options = DirectoryOptions.defaults().withPageSize(ROWS_PER_PAGE);
            return new DemoCompany(
                    Waiting.on(DemoIdp.start(vertx, company)),
                    new DemoStaff(Waiting.on(DemoDirectory.start(vertx, company.name(), token, options)), token));
        }

        @Override
        public String slug() {
            return idp.company().slug();
        }

        @Override
        public String name() {
            return idp.company().name();
        }

        @Override
        public String issuer() {
            return idp.issuer();
        }

        @Override
        public Client client() {
            return client;
        }

        @Override
        public void register(String redirectUri, String backchannelLogoutUri) {
            idp.registerClient(
                    IdpClient.of(client.id(), "Sallyport", client.secret(), redirectUri, backchannelLogoutUri));
        }

        /** Who can sign in. */
        public List<Person> people() {
            return idp.people();
        }

        @Override
        public Page signIn(Browser browser, Page signInPage, Person person) {
            return browser.send(
                    signInPage.form("password").with("username", person.email()).with("password", person.password()));
        }

        @Override
        public boolean canSignIn(Person person) {
            return idp.person(person.email()).isPresent();
        }

        @Override
        public DemoStaff directory() {
            return directory;
        }

        private void close() {
            Waiting.on(Future.join(idp.close(), directory.close()));
        }
    }

    /** The directory of one of them. */
    public static final class DemoStaff implements StaffDirectory {
        private final DemoDirectory directory;
        private final String token;

        private DemoStaff(DemoDirectory directory, String token) {
            this.directory = directory;
            this.token = token;
        }

        /** The page on which its administrator works. */
        public String page() {
            return directory.adminUrl();
        }

        /** The bearer token that its callers show. */
        public String token() {
            return token;
        }

        @Override
        public JsonObject settings() {
            return new JsonObject()
                    .put("base_url", directory.scimUrl())
                    .put("auth", new JsonObject().put("type", "bearer").put("token", token));
        }

        private void add(Person person) {
            directory.addPerson(DirectoryPerson.active(
                    person.subject(),
                    person.email(),
                    person.email(),
                    person.givenName(),
                    person.familyName(),
                    person.groups().toArray(String[]::new)));
        }

        @Override
        public void remove(Person person) {
            directory.remove(person.subject());
        }

        @Override
        public int size() {
            return directory.size();
        }

        @Override
        public void loseEverybody() {
            directory.behave(Misbehaviour.emptyList());
        }

        @Override
        public void recover() {
            directory.behave(Misbehaviour.none());
        }

        private String hostAndPort() {
            return directory.hostAndPort();
        }

        private Future<Void> close() {
            return directory.close();
        }
    }
}
