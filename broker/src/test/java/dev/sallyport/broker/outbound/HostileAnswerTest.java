package dev.sallyport.broker.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Together;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Answers that are larger, deeper or stranger than any honest one, at every endpoint of a provider. */
class HostileAnswerTest {
    private static final Map<String, String> SITES = new LinkedHashMap<>(Map.of(
            "discovery",
            "/.well-known/openid-configuration",
            "keys",
            "/jwks",
            "token",
            "/token",
            "userinfo",
            "/userinfo"));
    private static final Duration LONGEST = Duration.ofSeconds(12);
    private static final byte[] BOMB = gzip(256 * 1024 * 1024);

    private static final Map<String, Consumer<HttpServerResponse>> ANSWERS = new LinkedHashMap<>();

    static {
        ANSWERS.put("huge", answer -> answer.end(Buffer.buffer(new byte[8 * 1024 * 1024])));
        ANSWERS.put("endless", HostileAnswerTest::endless);
        ANSWERS.put(
                "bomb", answer -> answer.putHeader("Content-Encoding", "gzip").end(Buffer.buffer(BOMB)));
        ANSWERS.put("bomb-twice", answer -> answer.putHeader("Content-Encoding", "gzip, gzip")
                .end(Buffer.buffer(BOMB)));
        ANSWERS.put("deep", answer -> answer.end("{\"keys\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}"));
        ANSWERS.put("deep-objects", answer -> answer.end("{\"a\":".repeat(50_000) + "1" + "}".repeat(50_000)));
        ANSWERS.put("number", answer -> answer.end("{\"expires_in\":" + "9".repeat(400_000) + "}"));
        ANSWERS.put("many-keys", answer -> answer.end("{\"keys\":[" + "{},".repeat(100_000) + "{}]}"));
        ANSWERS.put("header", answer -> answer.putHeader("X-Long", "a".repeat(100_000))
                .end("{}"));
        ANSWERS.put("headers", HostileAnswerTest::manyHeaders);
        ANSWERS.put(
                "page", answer -> answer.putHeader("Content-Type", "text/html").end("<html>{}</html>"));
        ANSWERS.put(
                "short",
                answer -> answer.putHeader("Content-Length", "1000").write("{").onComplete(v -> answer.reset()));
        ANSWERS.put("nothing", answer -> answer.end());
        ANSWERS.put("list", answer -> answer.end("[{\"keys\":[]}]"));
        ANSWERS.put("no-http", answer -> answer.reset());
    }

    private static Vertx vertx;
    private static Rogues rogues;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        List<String> names = new ArrayList<>(List.of("bombing"));
        SITES.keySet().forEach(site -> ANSWERS.keySet().forEach(answer -> names.add(site + "-" + answer)));
        rogues = new Rogues(vertx, names);
    }

    @AfterAll
    static void stop() {
        rogues.close();
        vertx.close();
    }

    private static void answer(String name, String site, Consumer<HttpServerResponse> with) {
        EvilIdp idp = rogues.idp(name);
        String path = SITES.get(site);
        if (site.equals("userinfo")) {
            idp.userinfo = () -> new JsonObject().put("sub", "alice").put("name", "Alice");
            idp.claims = claims -> claims.remove("name");
            // The background may have read the metadata before there was such an endpoint.
            rogues.broker.lookAtProviders(rogues.tenant(name));
        }
        idp.intercept = request -> request.path().equals(path) && say(request, with);
    }

    private static boolean say(HttpServerRequest request, Consumer<HttpServerResponse> with) {
        with.accept(request.response().putHeader("Content-Type", "application/json"));
        return true;
    }

    @Test
    @DisplayName("C05, C09: no answer of a provider is more than a sign-in that failed, in time, with its reason")
    void everyAnswerEverywhere() {
        SITES.keySet()
                .forEach(site -> ANSWERS.forEach((kind, with) -> {
                    String name = site + "-" + kind;
                    answer(name, site, with);
                    long begun = System.nanoTime();
                    String reason = rogues.refused(name);
                    Duration took = Duration.ofNanos(System.nanoTime() - begun);
                    assertTrue(
                            reason.matches(
                                    "idp_(too_large|bad_document|timeout)|token_missing_or_too_long|id_token_missing|userinfo_sub|issuer_mismatch"),
                            name + ": " + reason);
                    assertTrue(took.compareTo(LONGEST) < 0, name + ": " + took);
                }));
        rogues.honestSignIn();
    }

    @Test
    @DisplayName(
            "C05: fifty bombs at once leave the memory as it was, and the honest tenant's people sign in meanwhile")
    void bombsAtOnce() {
        answer("bombing", "token", ANSWERS.get("bomb"));
        // What is made once, at the first sign-ins, is no leak.
        rogues.refused("bombing");
        rogues.honestSignIn();
        long before = usedMemory();
        int bombs = 50;
        List<Boolean> done = Together.run(bombs + 1, i -> {
            if (i == bombs) {
                for (int n = 0; n < 5; n++) {
                    rogues.honestSignIn();
                }
                return true;
            }
            return rogues.app("bombing").signIn(new Browser()).parameter("error") != null;
        });
        assertTrue(done.stream().allMatch(Boolean::booleanValue));
        long more = usedMemory() - before;
        assertTrue(more < 48L * 1024 * 1024, "used memory has grown by " + more / 1024 / 1024 + " MiB");
    }

    private static long usedMemory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void endless(HttpServerResponse answer) {
        answer.setChunked(true);
        Buffer block = Buffer.buffer(new byte[16 * 1024]);
        long timer = vertx.setPeriodic(1, id -> {
            if (!answer.closed() && !answer.writeQueueFull()) {
                answer.write(block);
            }
        });
        answer.exceptionHandler(e -> vertx.cancelTimer(timer));
        answer.closeHandler(v -> vertx.cancelTimer(timer));
    }

    private static void manyHeaders(HttpServerResponse answer) {
        for (int i = 0; i < 1_000; i++) {
            answer.putHeader("x" + i, "y");
        }
        answer.end("{}");
    }

    private static byte[] gzip(int zeros) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] block = new byte[1024 * 1024];
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            for (int i = 0; i < zeros / block.length; i++) {
                gzip.write(block);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertEquals(0, zeros % block.length);
        return out.toByteArray();
    }
}
