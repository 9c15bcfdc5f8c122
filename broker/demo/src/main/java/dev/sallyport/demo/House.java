package dev.sallyport.demo;

import dev.sallyport.demo.app.DemoApp;
import dev.sallyport.demo.app.DemoAppConfig;
import dev.sallyport.demo.page.Secrets;
import dev.sallyport.demo.story.Broken;
import dev.sallyport.demo.story.Stage;
import dev.sallyport.demo.story.Waiting;
import dev.sallyport.demo.story.World;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** All that the demo starts, around one world. What was opened last is closed first; closing a second time does nothing. */
final class House<W extends World> implements AutoCloseable {
    private static final String RESOURCE = "https://api.ledger.example";

    private final Deque<Runnable> closing = new ArrayDeque<>();
    private BrokerProcess broker;
    private W world;
    private Stage stage;
    private volatile boolean closed;

    /**
     * Starts everything; fails with {@link Broken}.
     *
     * @param wantedPort of the broker; 0 for any free one
     */
    void open(Function<Vertx, W> builder, Path jar, List<String> options, int wantedPort) {
        int port = wantedPort == 0 ? FreePort.any() : FreePort.exactly(wantedPort);
        TemporaryFolder folder = TemporaryFolder.make("demo");
        onClose(folder::close);
        Vertx vertx = Vertx.vertx();
        onClose(() -> Waiting.on(vertx.close()));
        world = builder.apply(vertx);
        onClose(world::close);
        String publicUrl = "http://127.0.0.1:" + port;
        DemoApp app = Waiting.on(DemoApp.start(vertx, DemoAppConfig.of(publicUrl, RESOURCE)));
        String operatorToken = Secrets.random();
        Set<String> reachable = new HashSet<>(world.addresses());
        reachable.add(URI.create(app.url()).getAuthority());
        broker = BrokerProcess.start(
                new BrokerProcess.Settings(jar, options, folder.path(), port, operatorToken, reachable, Map.of()));
        onClose(broker::close);
        // The application holds long polls open at the broker, which would finish them before it stops.
        onClose(() -> Waiting.on(app.close()));
        broker.awaitReady();
        stage = new Stage(publicUrl, operatorToken, RESOURCE, app, world);
    }

    Stage stage() {
        return stage;
    }

    W world() {
        return world;
    }

    Optional<BrokerProcess> broker() {
        return Optional.ofNullable(broker);
    }

    /** What is opened while the house is being closed is closed at once. */
    synchronized void onClose(Runnable close) {
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
