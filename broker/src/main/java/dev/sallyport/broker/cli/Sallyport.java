package dev.sallyport.broker.cli;

import dev.sallyport.broker.config.SettingsReader.BadSetting;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code sallyport}: the entry to everything. */
@Command(
        name = "sallyport",
        mixinStandardHelpOptions = true,
        versionProvider = Sallyport.Version.class,
        description =
                "A multi-tenant identity broker: every tenant brings its own identity provider, and leaving closes every door.",
        commandListHeading = "%nCommands:%n",
        footer = {
            "",
            "Settings come from SALLYPORT_… variables or ./sallyport.yaml; see docs/operator.md.",
            "Try it: sallyport demo"
        })
public final class Sallyport implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** Runs a command and leaves with its exit code: 0 done, 1 did not work, 2 not understood. */
    public static void main(String[] arguments) {
        CommandLine line = new CommandLine(new Sallyport())
                .addSubcommand(new ServeCommand())
                .addSubcommand(new MigrateCommand())
                .addSubcommand(new DoctorCommand());
        OperatorCommands.all().forEach(line::addSubcommand);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            Throwable cause = failure;
            if (cause instanceof BadSetting) {
                command.getErr().println("sallyport: " + cause.getMessage());
                return 1;
            }
            throw failure;
        });
        int exit = line.execute(arguments);
        if (exit != ServeCommand.KEEP_RUNNING) {
            System.exit(exit);
        }
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Sallyport.class.getPackage().getImplementationVersion();
            return new String[] {"sallyport " + (version == null ? "(from classes)" : version)};
        }
    }
}
