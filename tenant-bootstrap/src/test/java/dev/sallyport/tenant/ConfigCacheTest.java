package dev.sallyport.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.setup.House;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The memory of a node while strangers ask it for things that do not exist. */
class ConfigCacheTest {
    private static Optional<String> get(ConfigCache.Region<String, Optional<String>> region, String key)
            throws Exception {
        return region.get(key).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("I01: names at random push nothing out of the memory that exists, and are themselves soon forgotten")
    void randomNames() throws Exception {
        try (House house = new House()) {
            Map<String, Integer> loads = new ConcurrentHashMap<>();
            ConfigCache.Region<String, Optional<String>> region = house.cache.keyed(Duration.ofMinutes(5), key -> {
                loads.merge(key, 1, Integer::sum);
                return Future.succeededFuture(key.startsWith("good") ? Optional.of(key) : Optional.empty());
            });
            for (int i = 0; i < 500; i++) {
                assertEquals(Optional.of("good" + i), get(region, "good" + i));
            }
            for (int i = 0; i < 60_000; i++) {
                assertTrue(get(region, "bad" + i).isEmpty());
            }
            int before = loads.size();
            for (int i = 0; i < 500; i++) {
                get(region, "good" + i);
            }
            assertEquals(
                    500,
                    loads.entrySet().stream()
                            .filter(e -> e.getKey().startsWith("good"))
                            .mapToInt(Map.Entry::getValue)
                            .sum());
            assertEquals(before, loads.size());
            assertTrue(get(region, "new").isEmpty());
            assertTrue(get(region, "new").isEmpty());
            assertEquals(1, loads.get("new"), "an absence is remembered for a moment");
            house.cache.dropAll();
            assertTrue(get(region, "new").isEmpty());
            assertEquals(2, loads.get("new"), "and until something changes");
        }
    }
}
