package dev.sallyport.broker.cli;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport audit}. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Reads the audit log and checks that nobody rewrote it.",
        footer = {"", "Examples:", "  sallyport audit list acme --action person --limit 20", "  sallyport audit verify"
        })
final class AuditCommand extends AdminCommand {
    @Command(
            mixinStandardHelpOptions = true,
            description = "Lists a tenant's events, the newest first.",
            footer = {"", "Example: sallyport audit list acme --actor operator --from 2026-01-01T00:00:00Z"})
    int list(
            @Parameters(paramLabel = "TENANT") String tenant,
            @Option(names = "--action", paramLabel = "WORD", description = "This action, or all that begin with it.")
                    String action,
            @Option(names = "--actor", paramLabel = "WHO", description = "operator, user:{id} and so on.") String actor,
            @Option(names = "--subject", paramLabel = "WHAT", description = "user:{id}, connection:{id} and so on.")
                    String subject,
            @Option(names = "--from", paramLabel = "TIME", description = "From then on.") String from,
            @Option(names = "--to", paramLabel = "TIME", description = "Before then.") String to,
            @Option(
                            names = "--limit",
                            defaultValue = "50",
                            paramLabel = "N",
                            description = "At most so many. Default: ${DEFAULT-VALUE}")
                    int limit) {
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("action", action);
        filters.put("actor", actor);
        filters.put("subject", subject);
        filters.put("from", from);
        filters.put("to", to);
        String query = filters.entrySet().stream()
                .filter(filter -> filter.getValue() != null)
                .map(filter -> filter.getKey() + "=" + AdminApi.segment(filter.getValue()))
                .collect(Collectors.joining("&"));
        String path = "/tenants/" + AdminApi.segment(tenant) + "/audit-events" + (query.isEmpty() ? "" : "?" + query);
        return admin().run(api ->
                admin().show(api.all(path, Math.max(1, limit)), "at", "actor", "action", "subject", "cause"));
    }

    @Command(
            mixinStandardHelpOptions = true,
            description = "Recomputes the chains of the log. Exit code 1 if one is broken.",
            footer = {"", "Example: sallyport audit verify --tenant acme"})
    int verify(
            @Option(names = "--tenant", paramLabel = "TENANT", description = "Only this tenant's.")
                    Optional<String> tenant) {
        String query = tenant.map(slug -> "?tenant=" + AdminApi.segment(slug)).orElse("");
        return admin().run(api -> {
            JsonObject found = api.get("/audit/verify" + query);
            admin().show(found.getJsonArray("chains"), "tenant", "ok", "events", "pending", "broken_at", "detail");
            if (!found.getBoolean("ok")) {
                throw new AdminRefusal("the audit log is not what was written");
            }
        });
    }
}
