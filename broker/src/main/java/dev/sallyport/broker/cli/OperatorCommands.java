package dev.sallyport.broker.cli;

import java.util.List;

/** The operator's commands over the admin API. */
final class OperatorCommands {
    private OperatorCommands() {}

    /** All of them, to be added to {@code sallyport}. */
    static List<Object> all() {
        return List.of(
                new TenantCommand(),
                new AppCommand(),
                new SetupLinkCommand(),
                new ImportCommand(),
                new OffboardCommand(),
                new SyncCommand(),
                new GhostsCommand(),
                new AlarmsCommand(),
                new KeysCommand(),
                new ConnectionCommand(),
                new RoutingCommand(),
                new ConnectionKeysCommand(),
                new ApiKeysCommand(),
                new AuditCommand(),
                new OpenApiCommand());
    }
}
