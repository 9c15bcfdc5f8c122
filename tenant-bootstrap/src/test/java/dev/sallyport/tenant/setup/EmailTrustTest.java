package dev.sallyport.tenant.setup;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the test step says of an address agrees with what a sign-in makes of it. */
class EmailTrustTest {
    @ParameterizedTest(name = "said to be verified: {0}, domain proven: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "true  | true  | Counts as verified",
                "true  | false | Counts as unverified",
                "false | true  | Counts as unverified",
                "false | false | Counts as unverified"
            })
    void trust(boolean said, boolean proven, String words) {
        JsonObject result = new JsonObject().put("email", "ann@Acme.example").put("email_verified", said);
        String told = TestView.Result.trust(result, proven ? Set.of("acme.example") : Set.of("other.example"));
        assertTrue(told.startsWith(words), told);
        assertTrue(proven != told.contains("acme.example is not proven"), told);
    }

    @Test
    @DisplayName("Without an address there is nothing to say")
    void none() {
        assertNull(TestView.Result.trust(new JsonObject(), Set.of()));
    }
}
