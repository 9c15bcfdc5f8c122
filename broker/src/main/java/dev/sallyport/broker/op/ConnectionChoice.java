package dev.sallyport.broker.op;

import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.ext.web.RoutingContext;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The page on which a person of a tenant with several connections chooses one; each is a link back to the same request. */
final class ConnectionChoice {
    private ConnectionChoice() {}

    static void send(RoutingContext context, ErrorPage page, Tenant tenant, List<Connection> connections) {
        String query = (context.request().method().name().equals("POST")
                        ? context.request().formAttributes()
                        : context.queryParams())
                .entries().stream()
                        .filter(e -> !e.getKey().equals("connection"))
                        .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
                        .collect(Collectors.joining("&"));
        Map<String, String> links = new LinkedHashMap<>();
        connections.forEach(
                c -> links.put(c.name(), "/t/" + tenant.slug() + "/authorize?" + query + "&connection=" + c.id()));
        page.choice(context, "Sign in to " + tenant.name(), "Choose how you sign in.", links);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
