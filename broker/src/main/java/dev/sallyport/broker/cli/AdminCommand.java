package dev.sallyport.broker.cli;

import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command over the admin API that does nothing by itself: it holds the ones that do, and the options that they share. */
abstract class AdminCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private AdminOptions options;

    /** How the admin API is reached and its answers are shown. */
    final AdminOptions admin() {
        return options;
    }

    @Override
    public final void run() {
        List<String> names = spec.subcommands().keySet().stream()
                .filter(name -> !name.equals("help"))
                .sorted()
                .toList();
        int last = names.size() - 1;
        throw new ParameterException(
                spec.commandLine(),
                "Say what to do: " + String.join(", ", names.subList(0, last)) + " or " + names.get(last) + ".");
    }
}
