package dev.sallyport.demo;

import dev.sallyport.demo.story.Broken;
import dev.sallyport.demo.story.DemoWorld;
import dev.sallyport.demo.story.Story;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sallyport demo}. */
@Command(
        name = "sallyport demo",
        mixinStandardHelpOptions = true,
        version = "the demo of Sallyport",
        description = {
            "Starts the broker with an embedded PostgreSQL in a fresh temporary folder, and around it, on loopback ports: the identity"
                    + " providers and directories of two companies, and an application that both use.",
            "Without an option it prints where to click, and stays up until Ctrl-C. Nothing is left behind."
        })
public final class Demo implements Callable<Integer> {
    private static final int BROKEN = 1;
    private static final int HIGHEST_PORT = 65_535;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--headless",
            description = "Play the whole story, one line per step, and end. Exit code 0 if every step holds.")
    private boolean headless;

    @Option(names = "--ready", description = "Connect both companies; otherwise Acme is left for you to connect.")
    private boolean ready;

    @Option(names = "--port", paramLabel = "<port>", description = "The broker's port; any free one by default.")
    private int port;

    @Option(
            names = "--sign-ins",
            paramLabel = "<number>",
            description = "Sign people in so many times, tell what the broker's process holds then, and end.")
    private int signIns;

    /** Runs the command and leaves with its exit code: 0 done, 1 something does not hold, 2 not understood. */
    public static void main(String[] arguments) {
        System.setProperty("logback.configurationFile", "dev/sallyport/demo/logback-demo.xml");
        System.exit(new CommandLine(new Demo())
                .setOut(writer(FileDescriptor.out))
                .setErr(writer(FileDescriptor.err))
                .execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new ParameterException(spec.commandLine(), "--port must be a number from 0 to " + HIGHEST_PORT);
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Path jar = Path.of(System.getProperty("sallyport.jar", "broker/target/sallyport.jar"));
        try (House<DemoWorld> house = new House<>()) {
            Thread onSignal = new Thread(house::close, "demo-stop");
            Runtime.getRuntime().addShutdownHook(onSignal);
            try {
                err.println("starting…");
                house.open(DemoWorld::start, jar, options(), port);
                if (signIns > 0) {
                    new Measurement(house, out).run(signIns);
                } else if (headless) {
                    Story.play(house.stage(), out);
                } else {
                    new Welcome(house, out).say(ready);
                    new CountDownLatch(1).await();
                }
                return CommandLine.ExitCode.OK;
            } catch (Broken e) {
                if (!house.isClosed()) {
                    err.println("sallyport demo: " + e.getMessage());
                    house.broker()
                            .ifPresent(broker -> err.println("The end of the broker's log:\n" + broker.endOfLog()));
                }
                return BROKEN;
            }
        }
    }

    private static List<String> options() {
        return Stream.of(System.getProperty("sallyport.options", "").split("\\s+"))
                .filter(option -> !option.isEmpty())
                .toList();
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }
}
