package dev.sallyport.tenant.page;

import dev.sallyport.tenant.secret.Bearer;
import gg.jte.Content;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/**
 * Renders pages into the common frame, with the headers that each page carries: nothing is loaded from elsewhere, nothing is kept, nobody
 * may frame it, no address is passed on.
 */
public final class Pages {
    private static final String NONCE = "sallyport.page.nonce";
    private static final TemplateEngine FRAME = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Pages.class.getClassLoader(), "dev.sallyport.tenant");

    private final String base;
    private final String styles = resource("sallyport.css");
    private final String icon = resource("icon.svg");
    private final String stylesPath;

    /**
     * @param publicUrl the base of all addresses, without a trailing slash; its path, if any, goes before every link
     */
    public Pages(String publicUrl) {
        String path = URI.create(publicUrl).getRawPath();
        this.base = path == null || path.equals("/") ? "" : path;
        String hash = HexFormat.of().formatHex(Bearer.hash(styles), 0, 8);
        this.stylesPath = "/assets/sallyport." + hash + ".css";
    }

    /** Serves the style sheet and the icon under {@code /assets/}. */
    public void mount(Router router) {
        router.get(stylesPath).handler(ctx -> asset(ctx, "text/css; charset=utf-8", styles));
        router.get("/assets/sallyport.svg").handler(ctx -> asset(ctx, "image/svg+xml", icon));
    }

    /** What goes before the path of every link on a page: the path of the public URL, mostly empty. */
    public String base() {
        return base;
    }

    /** A template of this module as content for a page. */
    public Content content(String template, Map<String, Object> parameters) {
        return content(FRAME, template, parameters);
    }

    /** A template of another module's engine as content for a page. */
    public static Content content(TemplateEngine engine, String template, Map<String, Object> parameters) {
        return output -> engine.render(template, parameters, output);
    }

    /** The nonce that allows a script on this page; a page that does not ask for one cannot run any. */
    public static String nonce(RoutingContext ctx) {
        String nonce = ctx.get(NONCE);
        if (nonce == null) {
            nonce = Bearer.random(16);
            ctx.put(NONCE, nonce);
        }
        return nonce;
    }

    /** Sends a page. */
    public void send(RoutingContext ctx, int status, Page page) {
        StringOutput html = new StringOutput(16 * 1024);
        FRAME.render(
                "page/layout.jte",
                Map.of("page", page, "styles", base + stylesPath, "icon", base + "/assets/sallyport.svg"),
                html);
        HttpServerResponse response = ctx.response().setStatusCode(status);
        headers(response, ctx.get(NONCE), page.formsLeave());
        response.putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8");
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            response.end();
        } else {
            response.end(html.toString());
        }
    }

    /** Sends a short page that tells one thing: what happened and what to do now. */
    public void notice(RoutingContext ctx, int status, String context, String title, String text) {
        send(
                ctx,
                status,
                Page.narrow(title, context, content("page/notice.jte", Map.of("title", title, "text", text))));
    }

    /** Answers with 303: the browser goes on with a GET, whatever the method was (RFC 9110 §15.4.4). */
    public static void seeOther(RoutingContext ctx, String location) {
        HttpServerResponse response = ctx.response().setStatusCode(303);
        headers(response, null, false);
        response.putHeader(HttpHeaders.LOCATION, location).end();
    }

    /**
     * Puts the headers of a page on an answer.
     *
     * @param nonce of its script, or null if it has none
     */
    public static void headers(HttpServerResponse response, String nonce, boolean formsLeave) {
        String policy = "default-src 'none'; style-src 'self'; img-src 'self'"
                + (nonce == null ? "" : "; script-src 'nonce-" + nonce + "'")
                // Browsers apply form-action to every redirect that follows a form.
                + (formsLeave ? "" : "; form-action 'self'")
                + "; base-uri 'none'; frame-ancestors 'none'";
        response.putHeader("Content-Security-Policy", policy)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cross-Origin-Opener-Policy", "same-origin")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }

    private static void asset(RoutingContext ctx, String type, String content) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=86400")
                .end(content);
    }

    private static String resource(String name) {
        try (InputStream in = Pages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
