package dev.sallyport.broker.web;

import dev.sallyport.broker.config.Settings;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What every request passes first: it must be meant for us (D12: another Host is answered 421 and nothing is built from it), and every
 * answer carries the headers that keep browsers from guessing.
 */
public final class Edge {
    private final Set<String> hosts;
    private final boolean secure;

    public Edge(Settings settings) {
        URI url = URI.create(settings.publicUrl());
        String authority = url.getRawAuthority().toLowerCase(Locale.ROOT);
        String withPort = url.getPort() < 0 ? authority + (settings.isSecure() ? ":443" : ":80") : authority;
        this.hosts = authority.equals(withPort) ? Set.of(authority) : Set.of(authority, withPort);
        this.secure = settings.isSecure();
    }

    /** Puts itself before all other routes. */
    public void mount(Router router) {
        router.route().handler(this::handle);
    }

    private void handle(RoutingContext context) {
        HttpServerResponse response = context.response();
        response.putHeader("X-Content-Type-Options", "nosniff").putHeader("Referrer-Policy", "no-referrer");
        if (secure) {
            response.putHeader("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
        }
        if (!isPlain(context.request())) {
            response.setStatusCode(400)
                    .putHeader("Content-Type", "text/plain")
                    .putHeader("Connection", "close")
                    .end("where this request goes or ends is not clear\n");
            context.request().connection().close();
            return;
        }
        if (!isForUs(context.request())) {
            response.setStatusCode(421)
                    .putHeader("Content-Type", "text/plain")
                    .end("this server does not answer for that host\n");
            return;
        }
        if (!isReadable(context.request())) {
            response.setStatusCode(400)
                    .putHeader("Content-Type", "text/plain")
                    .putHeader("Cache-Control", "no-store")
                    .end("the query cannot be decoded\n");
            return;
        }
        context.next();
    }

    /** One Host (RFC 9112 §3.2), and a body framed in no way that two readers could read differently (§6.1). */
    private static boolean isPlain(HttpServerRequest request) {
        List<String> framing = request.headers().getAll("Transfer-Encoding");
        return request.headers().getAll("Host").size() < 2
                && (framing.isEmpty() || (framing.size() == 1 && framing.get(0).equalsIgnoreCase("chunked")));
    }

    /** By the Host, and by the target too if that names one (RFC 9112 §3.2.2). */
    private boolean isForUs(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        return authority != null
                && hosts.contains(authority.toString().toLowerCase(Locale.ROOT))
                && (request.uri().startsWith("/") || isOurs(request.uri()));
    }

    private boolean isOurs(String target) {
        int begin = target.indexOf("://");
        int end = target.indexOf('/', begin + 3);
        return begin > 0
                && hosts.contains(target.substring(begin + 3, end < 0 ? target.length() : end)
                        .toLowerCase(Locale.ROOT));
    }

    /** The router would find out too, but only by an exception that it logs in full, for everybody who asks. */
    private static boolean isReadable(HttpServerRequest request) {
        try {
            request.params();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
