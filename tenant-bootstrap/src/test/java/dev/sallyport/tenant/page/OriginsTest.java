package dev.sallyport.tenant.page;

import static dev.sallyport.outbound.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("D05 a form counts as our own by what browsers say of its origin")
class OriginsTest {
    private static boolean own(String publicUrl, String... headers) {
        Vertx vertx = Vertx.vertx();
        try {
            Origins origins = new Origins(publicUrl);
            int port = await(vertx.createHttpServer()
                            .requestHandler(request -> request.response()
                                    .setStatusCode(origins.isOwn(request) ? 200 : 403)
                                    .end())
                            .listen(0, "127.0.0.1"))
                    .actualPort();
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setHost("127.0.0.1")
                    .setPort(port);
            for (int i = 0; i < headers.length; i += 2) {
                options.putHeader(headers[i], headers[i + 1]);
            }
            HttpClientResponse answer =
                    await(vertx.createHttpClient().request(options).compose(request -> request.send()));
            return answer.statusCode() == 200;
        } finally {
            await(vertx.close());
        }
    }

    @Test
    void overHttps() {
        String url = "https://id.example.com/sallyport";
        assertEquals(true, own(url, "Sec-Fetch-Site", "same-origin", "Origin", "null"));
        assertEquals(true, own(url, "Origin", "https://id.example.com"));
        assertEquals(true, own(url), "a program that is no browser");
        assertEquals(false, own(url, "Origin", "null"));
        assertEquals(false, own(url, "Origin", "https://id.example.com.evil.example"));
        assertEquals(false, own(url, "Origin", "http://id.example.com"));
        assertEquals(false, own(url, "Origin", "https://id.example.com:8443"));
        assertEquals(false, own(url, "Sec-Fetch-Site", "cross-site", "Origin", "https://id.example.com"));
        assertEquals(false, own(url, "Sec-Fetch-Site", "none"));
    }

    @Test
    void overPlainHttp() {
        String url = "http://10.0.0.5:8080";
        assertEquals(true, own(url, "Origin", "null"));
        assertEquals(true, own(url, "Origin", url));
        assertEquals(false, own(url, "Origin", "http://10.0.0.5"));
    }
}
