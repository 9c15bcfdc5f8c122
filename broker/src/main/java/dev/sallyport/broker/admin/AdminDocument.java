package dev.sallyport.broker.admin;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The OpenAPI document in its two forms: the contract that routes and validation are built from, and the text that is published, in which
 * the media types that the library does not know stand in their place.
 *
 * @param published the document as JSON
 */
public record AdminDocument(OpenAPIContract contract, Buffer published) {
    private static final String MORE_CONTENT = "x-sallyport-content";

    /** Reads {@code openapi.yaml} from the class path. */
    public static Future<AdminDocument> load(Vertx vertx, String publicUrl) {
        return vertx.executeBlocking(AdminDocument::read, false)
                .compose(json -> OpenAPIContract.from(vertx, json.copy())
                        .map(contract -> new AdminDocument(contract, published(json, publicUrl))));
    }

    private static JsonObject read() {
        try (InputStream in = AdminDocument.class.getResourceAsStream("/openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is not on the class path");
            }
            Map<String, Object> document = new Yaml(new SafeConstructor(new LoaderOptions()))
                    .load(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return new JsonObject(Json.encode(document));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Buffer published(JsonObject json, String publicUrl) {
        JsonObject shown = json.copy();
        shown.getJsonArray("servers").getJsonObject(0).put("url", publicUrl);
        merge(shown);
        return shown.toBuffer();
    }

    private static void merge(Object node) {
        if (node instanceof JsonObject object) {
            object.forEach(member -> merge(member.getValue()));
            if (object.remove(MORE_CONTENT) instanceof JsonObject more) {
                object.put(
                        "content",
                        object.getJsonObject("content", new JsonObject()).mergeIn(more));
            }
        } else if (node instanceof JsonArray array) {
            array.forEach(AdminDocument::merge);
        }
    }
}
