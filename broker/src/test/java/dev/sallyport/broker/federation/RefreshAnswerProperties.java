package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.outbound.OutboundResponse;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What a token endpoint may answer, and that only one thing of it is a no. */
class RefreshAnswerProperties {
    private static RefreshAnswer answer(int status, String body) {
        return RefreshAnswer.of(new OutboundResponse(status, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer(body)));
    }

    @Property
    void onlyInvalidGrantInARefusalIsANo(
            @ForAll @IntRange(min = 200, max = 599) int status, @ForAll("bodies") String body) {
        boolean no = answer(status, body) instanceof RefreshAnswer.No;
        assertEquals(status >= 400 && status < 500 && body.equals("{\"error\":\"invalid_grant\"}"), no);
    }

    @Property
    void onlyATokenIsAYes(@ForAll @IntRange(min = 200, max = 599) int status, @ForAll("bodies") String body) {
        boolean yes = answer(status, body) instanceof RefreshAnswer.Yes;
        assertEquals(status == 200 && body.startsWith("{\"access_token\":\"x\""), yes);
    }

    @Property
    void aServerThatFailsIsNeverAboutUs(
            @ForAll @IntRange(min = 500, max = 599) int status, @ForAll("bodies") String body) {
        assertTrue(answer(status, body) instanceof RefreshAnswer.Neither neither && !neither.ours());
    }

    @Provide
    Arbitrary<String> bodies() {
        return Arbitraries.oneOf(
                Arbitraries.of(
                        "{\"error\":\"invalid_grant\"}",
                        "{\"access_token\":\"x\"}",
                        "{\"access_token\":\"x\",\"refresh_token\":\"y\"}",
                        "{\"access_token\":7}",
                        "{\"access_token\":\"\"}",
                        "{\"error\":\"invalid_client\"}",
                        "{\"error\":\"INVALID_GRANT\"}",
                        "{\"error\":{\"error\":\"invalid_grant\"}}",
                        "[\"invalid_grant\"]",
                        "invalid_grant",
                        ""),
                Arbitraries.strings().ofMaxLength(40));
    }

    @Example
    void readsWhatCameWithAYes() {
        RefreshAnswer.Yes all = assertInstanceOf(
                RefreshAnswer.Yes.class,
                answer(
                        200,
                        new JsonObject()
                                .put("access_token", "x")
                                .put("refresh_token", "y")
                                .put("id_token", "z")
                                .encode()));
        assertEquals(new RefreshAnswer.Yes(Optional.of("y"), Optional.of("z")), all);
        assertEquals(
                new RefreshAnswer.Yes(Optional.empty(), Optional.empty()),
                answer(200, "{\"access_token\":\"x\",\"refresh_token\":null,\"id_token\":3}"));
    }
}
