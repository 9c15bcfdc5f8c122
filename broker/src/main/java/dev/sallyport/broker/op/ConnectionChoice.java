package dev.sallyport.broker.op;

import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.Query;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The page on which a person of a tenant with several connections chooses one; each is a link back to the same request. */
public final class ConnectionChoice {
    private ConnectionChoice() {}

    static void send(
            RoutingContext context,
            ErrorPage page,
            Tenant tenant,
            List<Connection> connections,
            Optional<ConnectionId> last) {
        List<Map.Entry<String, String>> asked = (context.request()
                                .method()
                                .name()
                                .equals("POST")
                        ? context.request().formAttributes()
                        : context.queryParams())
                .entries().stream()
                        .filter(e -> !e.getKey().equals("connection"))
                        .toList();
        List<Map.Entry<String, String>> links = new ArrayList<>();
        inOrder(connections, last)
                .forEach(c -> links.add(Map.entry(
                        label(c, last),
                        Query.of(asked)
                                .add("connection", c.id().toString())
                                .after("/t/" + tenant.slug() + "/authorize"))));
        page.choice(context, "Sign in to " + tenant.name(), "Choose how you sign in.", links);
    }

    /** The one that was used last comes first. */
    public static List<Connection> inOrder(List<Connection> connections, Optional<ConnectionId> last) {
        return connections.stream()
                .sorted(Comparator.comparing(c -> last.equals(Optional.of(c.id())) ? 0 : 1))
                .toList();
    }

    /** What its button says. */
    public static String label(Connection connection, Optional<ConnectionId> last) {
        return last.equals(Optional.of(connection.id())) ? connection.name() + " (used last)" : connection.name();
    }
}
