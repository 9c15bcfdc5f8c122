package dev.sallyport.demo;

import dev.sallyport.demo.story.DemoWorld;
import dev.sallyport.demo.story.OperatorPrepares;
import dev.sallyport.demo.story.Stage;
import dev.sallyport.demo.story.World;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Function;

/**
 * The demo's house as a visitor finds it: the operator has prepared both tenants, and none of them is connected yet.
 *
 * @param <W> whose companies come
 */
public final class OpenHouse<W extends World> implements AutoCloseable {
    private final House<W> house = new House<>();

    /** With the demo's own companies. */
    public static OpenHouse<DemoWorld> demo() {
        return new OpenHouse<>(DemoWorld::start);
    }

    /** Starts it, with the broker's jar in a process of its own. */
    public OpenHouse(Function<Vertx, W> world) {
        try {
            house.open(world, TheJar.PATH, List.of("-Xmx256m"), 0);
            OperatorPrepares.play(house.stage());
        } catch (RuntimeException e) {
            house.close();
            throw e;
        }
    }

    /** What the story is played on. */
    public Stage stage() {
        return house.stage();
    }

    /** The two companies. */
    public W world() {
        return house.world();
    }

    @Override
    public void close() {
        house.close();
    }
}
