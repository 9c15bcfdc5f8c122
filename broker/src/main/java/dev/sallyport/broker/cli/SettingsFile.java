package dev.sallyport.broker.cli;

import dev.sallyport.broker.config.Settings;
import dev.sallyport.broker.config.SettingsReader;
import dev.sallyport.broker.config.SettingsReader.BadSetting;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads the settings of this process: {@code sallyport.yaml} in the working folder (or {@code SALLYPORT_CONFIG}) and the environment. */
final class SettingsFile {
    private SettingsFile() {}

    static Settings read(Vertx vertx) {
        String named = System.getenv("SALLYPORT_CONFIG");
        Path file = Path.of(named == null ? "sallyport.yaml" : named);
        if (!Files.exists(file)) {
            if (named != null) {
                throw new BadSetting("SALLYPORT_CONFIG", "names a file that does not exist: " + file);
            }
            return SettingsReader.read(System.getenv(), new JsonObject());
        }
        ConfigStoreOptions yaml = new ConfigStoreOptions()
                .setType("file")
                .setFormat("yaml")
                .setConfig(new JsonObject().put("path", file.toAbsolutePath().toString()));
        try {
            JsonObject content = ConfigRetriever.create(
                            vertx, new ConfigRetrieverOptions().addStore(yaml).setScanPeriod(-1))
                    .getConfig()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            return SettingsReader.read(System.getenv(), content);
        } catch (ExecutionException | TimeoutException e) {
            throw new BadSetting("sallyport.yaml", "cannot be read: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BadSetting("sallyport.yaml", "was not read: interrupted");
        }
    }
}
