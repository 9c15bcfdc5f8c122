package dev.sallyport.bench;

import dev.sallyport.bench.provider.Closing;
import dev.sallyport.bench.provider.Idps;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Keycloak;
import dev.sallyport.bench.provider.Sallyport;
import dev.sallyport.bench.provider.Server;
import dev.sallyport.database.DatabaseUrl;
import dev.sallyport.database.EmbeddedDatabase;
import dev.sallyport.demo.TemporaryFolder;
import dev.sallyport.demo.story.Broken;
import dev.sallyport.demo.story.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All that is started: PostgreSQL in a temporary folder with durable writes, the identity provider that signs in at once, and the servers.
 */
public final class Bed implements AutoCloseable {
    private final Closing closing = new Closing();
    private final List<Server> servers = new ArrayList<>();
    private Vertx vertx;
    private Idps idps;
    private DatabaseUrl database;
    private Path folder;

    /** Starts everything for the plan; fails with {@link Broken}. */
    public void open(Plan plan) {
        folder = closing.open(() -> TemporaryFolder.make("bench"), TemporaryFolder::close)
                .path();
        VertxOptions loops = new VertxOptions().setEventLoopPoolSize(plan.threads());
        vertx = closing.open(() -> Vertx.vertx(loops), opened -> Waiting.on(opened.close()));
        idps = closing.open(() -> Idps.start(vertx), Idps::close);
        database = closing.open(this::startDatabase, Bed::stopDatabase).url();
        servers.add(Sallyport.start(closing, plan.jar(), plan.serverOptions(), folder, database, idps, plan.tenants()));
        plan.peer()
                .ifPresent(peer -> servers.add(Keycloak.start(
                        closing,
                        peer.home(),
                        folder,
                        Databases.another(database, "keycloak"),
                        peer.heap(),
                        idps.honest(),
                        plan.tenants())));
    }

    private EmbeddedDatabase startDatabase() {
        try {
            return EmbeddedDatabase.start(folder.resolve("postgresql"));
        } catch (IOException e) {
            throw new Broken("PostgreSQL does not start: " + e.getMessage(), e);
        }
    }

    private static void stopDatabase(EmbeddedDatabase embedded) {
        try {
            embedded.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Vertx vertx() {
        return vertx;
    }

    InstantIdp idp() {
        return idps.honest();
    }

    DatabaseUrl database() {
        return database;
    }

    Path folder() {
        return folder;
    }

    List<Server> servers() {
        return List.copyOf(servers);
    }

    /** Whether it is being closed, or was. */
    boolean isClosed() {
        return closing.isClosed();
    }

    @Override
    public void close() {
        closing.close();
    }
}
