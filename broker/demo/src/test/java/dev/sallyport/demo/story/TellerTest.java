package dev.sallyport.demo.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TellerTest {
    private final StringWriter text = new StringWriter();
    private final Teller teller = new Teller(new PrintWriter(text));

    @Test
    @DisplayName("A step that holds is one line with its number and time, and gives what was learned")
    void tells() {
        assertEquals("x", teller.step("First.", () -> "x"));
        teller.tell("Second.", () -> Checks.equal("one", 1, 1));
        assertTrue(text.toString().matches("1  First\\. +✓ +\\d+ ms\\R2  Second\\. +✓ +\\d+ ms\\R"), text.toString());
    }

    @Test
    @DisplayName("A step that does not hold says what was expected and what was there, and ends the story")
    void breaks() {
        assertThrows(Broken.class, () -> teller.tell("First.", () -> Checks.equal("people removed", 0, 7)));
        assertTrue(text.toString().contains("✗"), text.toString());
        assertTrue(text.toString().contains("people removed: expected 0, got 7"), text.toString());
        assertThrows(
                Broken.class,
                () -> teller.step("Second.", () -> Optional.empty().orElseThrow()));
    }

    @Test
    @DisplayName("An answer that is not the expected one is described by its error, never by its secrets")
    void keepsSecrets() {
        Answer tokens = new Answer(200, "", "{\"access_token\":\"very-secret\"}");
        Broken broken = assertThrows(Broken.class, () -> Checks.status("a dead code", 400, tokens));
        assertFalse(broken.getMessage().contains("very-secret"), broken.getMessage());
        Answer problem = new Answer(422, "", "{\"title\":\"Not possible\",\"detail\":\"no such group\"}");
        Broken described = assertThrows(Broken.class, () -> Checks.status("mapping", 200, problem));
        assertEquals("mapping: expected status 200, got 422, Not possible, no such group", described.getMessage());
    }

    @Test
    @DisplayName("Waiting ends with the answer, with the question's failure, or with the time")
    void waits() {
        Duration little = Duration.ofMillis(200);
        assertEquals("x", Patience.until("x", little, () -> Optional.of("x")));
        assertThrows(Broken.class, () -> Patience.until("never", little, Optional::empty));
        Broken broken = assertThrows(
                Broken.class,
                () -> Patience.until(
                        "failing",
                        Duration.ofSeconds(30),
                        () -> Answer.objects(new Answer(200, "", "no json").json(), "items").stream()
                                .findFirst()));
        assertTrue(broken.getMessage().contains("no JSON object"), broken.getMessage());
    }
}
