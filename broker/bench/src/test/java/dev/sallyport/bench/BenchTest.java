package dev.sallyport.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What the command does not understand it says, and starts nothing. */
class BenchTest {

    private record Run(int exit, String out, String err) {}

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = new CommandLine(new Bench())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Run(exit, out.toString(), err.toString());
    }

    @Test
    @DisplayName("The help names every scenario and the defaults")
    void helps() {
        Run help = run("--help");
        assertEquals(0, help.exit());
        assertTrue(help.out().contains("sign-in-new"), help.out());
        assertTrue(help.out().contains("Default: 32"), help.out());
    }

    @Test
    @DisplayName("A scenario that there is not is named")
    void namesTheUnknown() {
        Run unknown = run("refresh", "teleport");
        assertEquals(2, unknown.exit());
        assertTrue(unknown.err().contains("there is no scenario teleport"), unknown.err());
    }

    @ParameterizedTest
    @CsvSource({
        "--concurrency,0",
        "--concurrency,20001",
        "--seconds,0",
        "--seconds,101",
        "--warmup,-1",
        "--tenants,0",
        "--threads,-1",
        "--rounds,11",
        "--peer,dex"
    })
    @DisplayName("An option out of its range is named")
    void namesTheOption(String option, String value) {
        Run wrong = run("refresh", option + "=" + value);
        assertEquals(2, wrong.exit());
        assertTrue(wrong.err().contains(option + " must be "), wrong.err());
    }
}
