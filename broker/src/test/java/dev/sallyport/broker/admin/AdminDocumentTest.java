package dev.sallyport.broker.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.TestBroker;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** The document that the server publishes, and whether it keeps its word. */
class AdminDocumentTest {
    @Test
    void everyOperationOfTheDocumentIsAnsweredByUs() {
        try (TestBroker broker = TestBroker.start()) {
            AdminCaller operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
            JsonObject document =
                    operator.send("GET", "/openapi.json", null, null).json();
            assertEquals(
                    broker.publicUrl,
                    document.getJsonArray("servers").getJsonObject(0).getString("url"));
            assertFalse(document.encode().contains("x-sallyport-content"));
            assertTrue(document.encode().contains("application/problem+json"));
            int operations = 0;
            for (String path : document.getJsonObject("paths").fieldNames()) {
                JsonObject item = document.getJsonObject("paths").getJsonObject(path);
                for (String method : item.fieldNames()) {
                    if (method.equals("parameters")) {
                        continue;
                    }
                    operations++;
                    String url = path.replace("{tenant}", "nobody")
                            .replace("{id}", "0192f5b0-7c1e-7abc-8def-0123456789ab")
                            .replaceAll("\\{[^}]+}", "nothing");
                    int status = operator.send(method.toUpperCase(java.util.Locale.ROOT), url, "application/json", "{}")
                            .status();
                    // 503 is what the library says of an operation without a handler, 405 of none at all.
                    assertTrue(status < 500 && status != 405, method + " " + path + " answers " + status);
                }
            }
            assertEquals(85, operations);
        }
    }
}
