package dev.sallyport.demo.directory;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A company's people directory: a SCIM 2.0 server on its own loopback port, with a small page for its administrator at {@code /}.
 * Everything is in memory. All methods may be called from any thread and do not block.
 */
public final class DemoDirectory {
    /** Long enough that an over-long filter is refused as a filter. */
    private static final int MAX_REQUEST_LINE = 32 * 1024;

    private final String name;
    private final HttpServer server;
    private final DirectoryStore store;
    private final Faults faults = new Faults();
    private final RequestMeter meter = new RequestMeter();

    private DemoDirectory(String name, HttpServer server, Clock clock) {
        this.name = name;
        this.server = server;
        this.store = new DirectoryStore(adminUrl(server) + ScimRoutes.BASE.substring(1), clock);
    }

    /** Starts a directory with {@link DirectoryOptions#defaults()}. */
    public static Future<DemoDirectory> start(Vertx vertx, String name, String token) {
        return start(vertx, name, token, DirectoryOptions.defaults());
    }

    /**
     * Starts a directory on a free port of 127.0.0.1.
     *
     * @param name the company's name, as the page shows it
     * @param token the bearer token that SCIM callers must show; kept as SHA-256 only
     */
    public static Future<DemoDirectory> start(Vertx vertx, String name, String token, DirectoryOptions options) {
        return start(vertx, name, token, options, Clock.systemUTC());
    }

    /** Starts a directory that takes {@code meta.created} and {@code meta.lastModified} from the given clock. */
    public static Future<DemoDirectory> start(
            Vertx vertx, String name, String token, DirectoryOptions options, Clock clock) {
        Secrets secret = new Secrets(token);
        Router router = Router.router(vertx);
        HttpServerOptions http =
                new HttpServerOptions().setHost("127.0.0.1").setPort(0).setMaxInitialLineLength(MAX_REQUEST_LINE);
        return vertx.createHttpServer(http).requestHandler(router).listen().map(server -> {
            DemoDirectory directory = new DemoDirectory(name, server, clock);
            directory.mount(router, secret, options);
            return directory;
        });
    }

    private void mount(Router router, Secrets token, DirectoryOptions options) {
        Listing listing = new Listing(store, options, faults);
        Discovery discovery = new Discovery(scimUrl(), options);
        new ScimRoutes(store, listing, discovery, faults, meter, token).mount(router);
        new AdminRoutes(name, adminUrl(), scimUrl(), store, faults).mount(router);
    }

    /** Stops the directory and closes every connection, stalled ones too. */
    public Future<Void> close() {
        return server.close();
    }

    /** The company's name. */
    public String name() {
        return name;
    }

    /** The SCIM base address, {@code http://127.0.0.1:{port}/scim/v2}. */
    public String scimUrl() {
        return adminUrl(server) + ScimRoutes.BASE.substring(1);
    }

    /** The administrator's page, {@code http://127.0.0.1:{port}/}. */
    public String adminUrl() {
        return adminUrl(server);
    }

    /** {@code 127.0.0.1:{port}}, the form the broker's outbound allow-list takes. */
    public String hostAndPort() {
        return "127.0.0.1:" + server.actualPort();
    }

    /**
     * Adds a person and puts them into their groups, which are made when they do not exist.
     *
     * @return the SCIM id
     * @throws ScimException with status 409 when the userName is taken
     */
    public String addPerson(DirectoryPerson person) {
        JsonObject user = new JsonObject()
                .put("externalId", person.externalId())
                .put("userName", person.userName())
                .put(
                        "name",
                        new JsonObject()
                                .put("givenName", person.given())
                                .put("familyName", person.family())
                                .put("formatted", person.given() + " " + person.family()))
                .put("displayName", person.given() + " " + person.family())
                .put("active", person.active())
                .put(
                        "emails",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("value", person.email())
                                        .put("type", "work")
                                        .put("primary", true)))
                .put(ResourceKind.ENTERPRISE, new JsonObject().put("organization", name));
        String id = store.create(ResourceKind.USER, user).getString("id");
        person.groups().forEach(group -> store.join(id, group));
        return id;
    }

    /** Soft delete: the person stays, with {@code active} false. Fails with {@link NoSuchElementException} if unknown. */
    public void deactivate(String externalId) {
        change(externalId, user -> user.put("active", false));
    }

    /** Takes a soft delete back. Fails with {@link NoSuchElementException} if unknown. */
    public void activate(String externalId) {
        change(externalId, user -> user.put("active", true));
    }

    /** Hard delete: the person is gone, from all groups too. Fails with {@link NoSuchElementException} if unknown. */
    public void remove(String externalId) {
        store.delete(ResourceKind.USER, known(externalId), any -> true);
    }

    /** Puts a person into a group, which is made when it does not exist. Fails with {@link NoSuchElementException} if unknown. */
    public void join(String externalId, String group) {
        store.join(known(externalId), group);
    }

    /** Takes a person out of a group. Fails with {@link NoSuchElementException} if the person or the group is unknown. */
    public void leave(String externalId, String group) {
        String id = known(externalId);
        String groupId = store.first(ResourceKind.GROUP, "displayName", group)
                .map(found -> found.getString("id"))
                .orElseThrow(() -> new NoSuchElementException("no such group"));
        store.update(ResourceKind.GROUP, groupId, any -> true, found -> {
            List<Object> left = found.getJsonArray("members").stream()
                    .filter(m -> !id.equals(((JsonObject) m).getString("value")))
                    .toList();
            return found.put("members", new JsonArray(left));
        });
    }

    /** The number of people, deactivated ones included. */
    public int size() {
        return store.size(ResourceKind.USER);
    }

    /** The SCIM id of the person with that external id; of the first one if several have it. */
    public Optional<String> idOf(String externalId) {
        return store.first(ResourceKind.USER, "externalId", externalId).map(user -> user.getString("id"));
    }

    /** From now on the lists of users and of groups go wrong like this; {@link Misbehaviour#none()} ends it. */
    public void behave(Misbehaviour how) {
        faults.set(how, EnumSet.allOf(ResourceKind.class));
    }

    /** From now on one kind of list goes wrong like this, and the other is well. */
    public void behave(Misbehaviour how, ResourceKind only) {
        faults.set(how, Set.of(only));
    }

    /** How the directory behaves at present. */
    public Misbehaviour behaviour() {
        return faults.current();
    }

    /** The SCIM requests seen since the start. */
    public RequestCounts requests() {
        return meter.counts();
    }

    private void change(String externalId, UnaryOperator<JsonObject> change) {
        store.update(ResourceKind.USER, known(externalId), any -> true, change);
    }

    private String known(String externalId) {
        return idOf(externalId).orElseThrow(() -> new NoSuchElementException("nobody has this external id"));
    }

    private static String adminUrl(HttpServer server) {
        return "http://127.0.0.1:" + server.actualPort() + "/";
    }
}
