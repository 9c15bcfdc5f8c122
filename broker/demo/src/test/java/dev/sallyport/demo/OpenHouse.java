package dev.sallyport.demo;

import dev.sallyport.demo.story.DemoWorld;
import dev.sallyport.demo.story.OperatorPrepares;
import dev.sallyport.demo.story.Stage;
import java.util.List;

/** The demo's house as a visitor finds it: the operator has prepared both tenants, and none of them is connected yet. */
public final class OpenHouse implements AutoCloseable {
    private final House<DemoWorld> house = new House<>();

    /** Starts it, with the broker's jar in a process of its own. */
    public OpenHouse() {
        try {
            house.open(DemoWorld::start, TheJar.PATH, List.of("-Xmx256m"), 0);
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
    public DemoWorld world() {
        return house.world();
    }

    @Override
    public void close() {
        house.close();
    }
}
