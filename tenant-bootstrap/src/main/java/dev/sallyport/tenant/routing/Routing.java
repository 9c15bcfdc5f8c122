package dev.sallyport.tenant.routing;

import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.connection.Connection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Decides by which connection somebody signs in. Pure. */
public final class Routing {
    private Routing() {}

    /**
     * What is known of somebody who comes.
     *
     * @param wanted the connection that the application or the person named, as they wrote it
     * @param domain of the e-mail address that was said, in ASCII form
     * @param application the client id of the application that sends the person; empty on the way to their own page
     */
    public record Visitor(Optional<String> wanted, Optional<String> domain, Optional<String> application) {}

    /** Where somebody goes. */
    public sealed interface Decision {
        /** By this connection. */
        record By(Connection connection) implements Decision {}

        /** They are asked; never fewer than two. */
        record Ask(List<Connection> connections) implements Decision {}

        /** The tenant has no connection that is live. */
        record Nowhere() implements Decision {}
    }

    /**
     * The only live connection; else the one that was named; else that of the first rule that fits and whose connection is live; else they
     * are asked.
     *
     * @param live the connections that people may come by, the oldest first
     * @param own the domains that the tenant has proven
     */
    public static Decision decide(List<Connection> live, List<RoutingRule> rules, Set<String> own, Visitor visitor) {
        if (live.isEmpty()) {
            return new Decision.Nowhere();
        }
        if (live.size() == 1) {
            return new Decision.By(live.get(0));
        }
        return visitor.wanted()
                .flatMap(ConnectionId::parse)
                .flatMap(id -> named(live, id))
                .or(() -> rules.stream()
                        .filter(rule -> fits(rule, own, visitor))
                        .flatMap(rule -> named(live, rule.connection()).stream())
                        .findFirst())
                .<Decision>map(Decision.By::new)
                .orElseGet(() -> new Decision.Ask(live));
    }

    private static boolean fits(RoutingRule rule, Set<String> own, Visitor visitor) {
        boolean domainFits = rule.domain().isEmpty()
                || (rule.domain().equals(visitor.domain())
                        && own.contains(rule.domain().get()));
        boolean applicationFits =
                rule.application().isEmpty() || rule.application().equals(visitor.application());
        return domainFits && applicationFits;
    }

    private static Optional<Connection> named(List<Connection> live, ConnectionId id) {
        return live.stream().filter(connection -> connection.id().equals(id)).findFirst();
    }
}
