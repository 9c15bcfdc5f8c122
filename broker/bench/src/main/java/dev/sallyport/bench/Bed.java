package dev.sallyport.bench;

import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Sallyport;
import dev.sallyport.bench.provider.Server;
import dev.sallyport.database.DatabaseUrl;
import dev.sallyport.database.EmbeddedDatabase;
import dev.sallyport.demo.FreePort;
import dev.sallyport.demo.TemporaryFolder;
import dev.sallyport.demo.story.Broken;
import dev.sallyport.demo.story.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * All that is started: PostgreSQL in a temporary folder with durable writes, the identity provider that signs in at once, and the servers.
 * What was opened last is closed first; closing a second time does nothing.
 */
public final class Bed implements AutoCloseable {
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final List<Server> servers = new ArrayList<>();
    private Vertx vertx;
    private InstantIdp idp;
    private DatabaseUrl database;
    private Path folder;
    private volatile boolean closed;

    /** Starts everything for the plan; fails with {@link Broken}. */
    public void open(Plan plan) {
        TemporaryFolder temporary = TemporaryFolder.make();
        onClose(temporary::close);
        folder = temporary.path();
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(plan.threads()));
        onClose(() -> Waiting.on(vertx.close()));
        idp = InstantIdp.start(vertx, FreePort.any());
        onClose(idp::close);
        database = startDatabase();
        Server sallyport = Sallyport.start(plan.jar(), plan.serverOptions(), folder, database, idp, plan.tenants());
        onClose(sallyport::close);
        servers.add(sallyport);
    }

    private DatabaseUrl startDatabase() {
        try {
            EmbeddedDatabase embedded = EmbeddedDatabase.start(folder.resolve("postgresql"));
            onClose(() -> {
                try {
                    embedded.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return embedded.url();
        } catch (IOException e) {
            throw new Broken("PostgreSQL does not start: " + e.getMessage(), e);
        }
    }

    Vertx vertx() {
        return vertx;
    }

    InstantIdp idp() {
        return idp;
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

    /** What is opened while everything is being closed is closed at once. */
    private synchronized void onClose(Runnable close) {
        if (closed) {
            close.run();
            throw new Broken("stopped");
        }
        closing.push(close);
    }

    /** Whether it is being closed, or was. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeNext();
    }

    private void closeNext() {
        if (!closing.isEmpty()) {
            try {
                closing.pop().run();
            } finally {
                closeNext();
            }
        }
    }
}
