package dev.sallyport.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.demo.story.Broken;
import dev.sallyport.demo.story.DemoWorld;
import dev.sallyport.demo.story.Story;
import dev.sallyport.demo.story.World;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The broker is the real jar in a process of its own; so these tests need the module before this one to be packaged. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StoryTest {

    private static String play(UnaryOperator<World> change) {
        StringWriter told = new StringWriter();
        try (House<World> house = new House<>()) {
            house.open(vertx -> change.apply(DemoWorld.start(vertx)), TheJar.PATH, List.of("-Xmx256m"), 0);
            Story.play(house.stage(), new PrintWriter(told));
            return told.toString();
        } catch (Broken e) {
            throw new Broken(told + e.getMessage(), e);
        }
    }

    @Test
    @DisplayName("All nine steps hold, one line each")
    void storyHolds() {
        String told = play(world -> world);
        assertEquals(
                9,
                told.lines().filter(line -> line.matches("[1-9] .*✓ +\\d+ ms")).count(),
                told);
    }

    @Test
    @DisplayName("A directory that keeps Alice breaks step 6")
    void storyNoticesThatNobodyLeft() {
        Broken broken = assertThrows(Broken.class, () -> play(world -> new ChangedWorld(world, true, false)));
        assertTrue(broken.getMessage().contains("who would go by the dry run: expected ["), broken.getMessage());
        assertEquals(
                5,
                broken.getMessage().lines().filter(line -> line.contains("✓")).count());
    }

    @Test
    @DisplayName("A directory that stays whole breaks step 8")
    void storyNoticesThatNothingWasHeld() {
        Broken broken = assertThrows(Broken.class, () -> play(world -> new ChangedWorld(world, false, true)));
        assertTrue(broken.getMessage().contains("state of the read: expected held, got done"), broken.getMessage());
        assertEquals(
                7,
                broken.getMessage().lines().filter(line -> line.contains("✓")).count());
    }
}
