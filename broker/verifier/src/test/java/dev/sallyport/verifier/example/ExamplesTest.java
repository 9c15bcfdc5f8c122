package dev.sallyport.verifier.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.verifier.PlayedSallyport;
import dev.sallyport.verifier.SallyportVerifier;
import dev.sallyport.verifier.VerifiedToken;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The examples of the guide for application developers work, and are what the guide shows. */
class ExamplesTest {
    private PlayedSallyport sallyport;
    private SallyportVerifier verifier;

    @BeforeEach
    void start() {
        sallyport = new PlayedSallyport();
        verifier = sallyport.verifier().build();
    }

    @AfterEach
    void stop() {
        verifier.close();
        sallyport.close();
    }

    @Test
    void plainJava() throws Exception {
        HttpServer server = new PlainApi(verifier).start();
        try {
            guarded("http://127.0.0.1:" + server.getAddress().getPort() + "/reports");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void vertx() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Router router = Router.router(vertx);
            router.get("/reports")
                    .handler(new TokenHandler(verifier, "reports:read"))
                    .handler(ctx -> {
                        VerifiedToken token = ctx.get("token");
                        ctx.end("reports of " + token.tenant());
                    });
            var server = vertx.createHttpServer()
                    .requestHandler(router)
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            guarded("http://127.0.0.1:" + server.actualPort() + "/reports");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void theGuideShowsThisCode() throws IOException {
        String guide = Files.readString(Path.of("../../docs/application-developer.md"));
        for (String example : new String[] {"PlainApi", "TokenHandler"}) {
            String source =
                    Files.readString(Path.of("src/test/java/dev/sallyport/verifier/example/" + example + ".java"));
            String shown = source.substring(source.indexOf("final class"));
            assertTrue(guide.contains(shown.strip()), "docs/application-developer.md shows another " + example);
        }
    }

    private void guarded(String address) throws Exception {
        HttpResponse<String> good = get(address, "Bearer " + sallyport.token("acme"));
        assertEquals(200, good.statusCode());
        assertEquals("reports of acme", good.body());
        HttpResponse<String> none = get(address, "");
        assertEquals(401, none.statusCode());
        assertEquals("Bearer", none.headers().firstValue("WWW-Authenticate").orElse(""));
        HttpResponse<String> bad = get(address, "Bearer abc");
        assertEquals(401, bad.statusCode());
        assertTrue(bad.headers().firstValue("WWW-Authenticate").orElse("").contains("invalid_token"));
    }

    private static HttpResponse<String> get(String address, String authorization) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
