package dev.sallyport.bench.provider;

import dev.sallyport.database.DatabaseUrl;
import dev.sallyport.demo.BrokerProcess;
import dev.sallyport.demo.FreePort;
import dev.sallyport.demo.page.Secrets;
import dev.sallyport.demo.story.Caller;
import dev.sallyport.demo.story.Checks;
import dev.sallyport.demo.story.Client;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.IntStream;

/** The broker as a process of its own, with tenants that were made over the admin API. */
public final class Sallyport implements Server {
    private static final String RESOURCE = "https://api.bench.example";

    private final BrokerProcess process;
    private final String described;
    private final Duration firstReadyAfter;
    private final Duration readyAfter;
    private final List<Provider> providers;

    private Sallyport(
            BrokerProcess process,
            String described,
            Duration firstReadyAfter,
            Duration readyAfter,
            List<Provider> providers) {
        this.process = process;
        this.described = described;
        this.firstReadyAfter = firstReadyAfter;
        this.readyAfter = readyAfter;
        this.providers = providers;
    }

    /**
     * Starts it twice and makes so many live tenants.
     *
     * @param closing stops it at the end
     * @param options for its Java machine
     */
    public static Sallyport start(
            Closing closing,
            Path jar,
            List<String> options,
            Path folder,
            DatabaseUrl database,
            Idps idps,
            int tenants) {
        String operatorToken = Secrets.random();
        BrokerProcess.Settings settings = new BrokerProcess.Settings(
                jar,
                options,
                folder,
                FreePort.any(),
                operatorToken,
                idps.authorities(),
                Map.of("SALLYPORT_DATABASE_URL", address(database), "SALLYPORT_MASTER_KEY", masterKey()));
        Started first = Started.of(settings, closing);
        first.process().close();
        Started again = Started.of(settings, closing);
        Caller operator = Caller.bearer(settings.publicUrl() + "/admin/v1", operatorToken);
        List<Provider> providers = new Furnishing(operator, settings.publicUrl(), idps).tenants(tenants);
        String described = "Sallyport " + version(jar) + ", java " + String.join(" ", options);
        return new Sallyport(again.process(), described, first.after(), again.after(), providers);
    }

    /** A process that is ready, and how long that took. */
    private record Started(BrokerProcess process, Duration after) {

        static Started of(BrokerProcess.Settings settings, Closing closing) {
            long begun = System.nanoTime();
            BrokerProcess process = closing.open(() -> BrokerProcess.start(settings), BrokerProcess::close);
            process.awaitReady();
            return new Started(process, Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    private static String version(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue(Attributes.Name.IMPLEMENTATION_VERSION);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String address(DatabaseUrl url) {
        return "postgresql://" + url.user() + ":" + url.password() + "@" + url.host() + ":" + url.port() + "/"
                + url.database() + "?sslmode=disable";
    }

    private static String masterKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /** What an operator does before people can sign in. */
    private record Furnishing(Caller operator, String publicUrl, Idps idps) {

        List<Provider> tenants(int number) {
            Checks.status(
                    "the catalogue",
                    200,
                    operator.put(
                            "/permissions",
                            new JsonArray()
                                    .add(new JsonObject()
                                            .put("name", "reports:read")
                                            .put("description", "Read"))));
            Checks.status(
                    "the role",
                    201,
                    operator.put(
                            "/roles/reader",
                            new JsonObject()
                                    .put("permissions", new JsonArray().add("reports:read"))
                                    .put("description", "Reads")));
            Client service = application("service", "ES256");
            Client serviceRsa = application("service", "RS256");
            Client web = application("web", "ES256");
            Clients clients = new Clients(service, serviceRsa, web);
            Provider.Troubled troubled = new Provider.Troubled(
                    new Provider.Sick(
                            tenant("bench-stalling", idps.stalling(), clients, Optional.empty()), idps.stalling()),
                    new Provider.Sick(
                            tenant("bench-bombing", idps.bombing(), clients, Optional.empty()), idps.bombing()));
            return IntStream.range(0, number)
                    .mapToObj(n -> tenant("bench-" + n, idps.honest(), clients, Optional.of(troubled)))
                    .toList();
        }

        private Client application(String type, String algorithm) {
            JsonObject wanted = new JsonObject()
                    .put("name", type + " " + algorithm)
                    .put("type", type)
                    .put("resource", RESOURCE)
                    .put("signing_alg", algorithm);
            if (type.equals("web")) {
                wanted.put("redirect_uris", new JsonArray().add(Provider.REDIRECT_URI));
            }
            JsonObject made = Checks.status("the application", 201, operator.post("/applications", wanted))
                    .json();
            return new Client(made.getString("client_id"), made.getString("client_secret"));
        }

        private record Clients(Client service, Client serviceRsa, Client web) {}

        private Provider tenant(String slug, InstantIdp idp, Clients clients, Optional<Provider.Troubled> troubled) {
            String path = "/tenants/" + slug;
            Checks.status(
                    "the tenant",
                    201,
                    operator.post("/tenants", new JsonObject().put("slug", slug).put("name", slug)));
            String connection = Checks.status(
                            "the connection", 201, operator.post(path + "/connections", connection(idp)))
                    .json()
                    .getString("id");
            JsonObject rule = new JsonObject()
                    .put("source", connection)
                    .put("group", InstantIdp.GROUP)
                    .put("roles", new JsonArray().add("reader"));
            Checks.status(
                    "the mapping",
                    200,
                    operator.put(path + "/role-mapping", new JsonObject().put("rules", new JsonArray().add(rule))));
            for (Client client : List.of(clients.service(), clients.serviceRsa(), clients.web())) {
                Checks.status(
                        "the application in the tenant",
                        201,
                        operator.put(path + "/applications/" + client.id(), new JsonObject()));
            }
            Checks.status("going live", 200, operator.patch(path, new JsonObject().put("status", "active")));
            String issuer = "/t/" + slug;
            return new Provider(
                    publicUrl.substring("http://".length()),
                    new Provider.Paths(
                            issuer + "/authorize",
                            issuer + "/token",
                            issuer + "/introspect",
                            issuer + "/userinfo",
                            issuer + "/revoke",
                            issuer + "/jwks",
                            issuer + "/.well-known/openid-configuration"),
                    clients.service(),
                    clients.serviceRsa(),
                    clients.web(),
                    "",
                    Optional.of(new Provider.Verified(publicUrl + "/t/{tenant}", RESOURCE, issuer + "/revocations")),
                    troubled);
        }

        private static JsonObject connection(InstantIdp idp) {
            return new JsonObject()
                    .put("name", "The instant identity provider")
                    .put("protocol", "oidc")
                    .put("issuer", idp.issuer())
                    .put("client_id", InstantIdp.CLIENT.id())
                    .put("client_secret", InstantIdp.CLIENT.secret())
                    .put("algorithms", new JsonArray().add("ES256"))
                    .put("status", "active");
        }
    }

    @Override
    public String name() {
        return "sallyport";
    }

    @Override
    public String described() {
        return described;
    }

    @Override
    public List<Provider> providers() {
        return providers;
    }

    @Override
    public Duration firstReadyAfter() {
        return firstReadyAfter;
    }

    @Override
    public Duration readyAfter() {
        return readyAfter;
    }

    @Override
    public long blocked() {
        return process.linesOfLog("has been blocked for");
    }

    @Override
    public long pid() {
        return process.pid();
    }
}
