package dev.sallyport.demo.page;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Serves a product's style sheet and icon, and sends its pages with the headers that a page needs. */
public final class Look {

    // No form-action: browsers apply it to every redirect that follows a form, and a sign-in ends at another origin.
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final Brand brand;
    private final String styles;

    /** The look of this brand. */
    public Look(Brand brand) {
        this.brand = brand;
        this.styles = brand.css() + resource("look.css");
    }

    /** Adds {@code /assets/look.css}, {@code /assets/icon.svg} and the headers for every answer to the router. */
    public void mount(Router router) {
        router.route().handler(ctx -> {
            ctx.response()
                    .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader("Referrer-Policy", "no-referrer")
                    .putHeader("X-Frame-Options", "DENY");
            ctx.next();
        });
        router.get("/assets/look.css").handler(ctx -> asset(ctx, "text/css; charset=utf-8", styles));
        router.get("/assets/icon.svg").handler(ctx -> asset(ctx, "image/svg+xml", brand.icon()));
    }

    /** Sends a whole page; {@code layout} is the class of its body. */
    public void send(RoutingContext ctx, int status, String title, String layout, Html body) {
        Html page = Html.of("""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{} · {}</title>
            <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
            <link rel="stylesheet" href="/assets/look.css">
            </head>
            <body class="{}">
            {}
            </body>
            </html>
            """, title, brand.name(), layout, body);
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(page.toString());
    }

    /** Sends a short page that tells one thing, for instance that a request was wrong. */
    public void sendNotice(RoutingContext ctx, int status, String title, String text, Html action) {
        send(ctx, status, title, "notice", Html.of("""
            <main class="card">
            {}
            <h1>{}</h1>
            <p class="lead">{}</p>
            {}
            </main>
            """, brand.lockup(), title, text, action));
    }

    private static void asset(RoutingContext ctx, String type, String content) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .end(content);
    }

    private static String resource(String name) {
        try (InputStream in = Look.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
