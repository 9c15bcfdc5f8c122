package dev.sallyport.tenant.connection;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.JWK;
import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.outbound.OutboundPolicy;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.outbound.OutboundRefused.Reason;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.connection.ProviderMetadata.IssuerMismatch;
import dev.sallyport.tenant.setup.PlayedIdp;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("What a provider says of itself")
class ProvidersTest {
    private static final TenantId ACME = new TenantId(UUID.randomUUID());

    private Vertx vertx;
    private PlayedIdp idp;
    private Providers providers;
    private final Ticking clock = new Ticking();

    /** A clock that the test moves. */
    private static final class Ticking extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        void pass(Duration time) {
            now = now.plus(time);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        idp = new PlayedIdp(vertx);
        providers = new Providers(
                OutboundGate.create(vertx, new OutboundPolicy(Set.of(idp.authority()))), clock, Shelf.NONE);
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private Connection connection(String issuer) {
        return Connection.draft(
                new ConnectionId(UUID.fromString("00000000-0000-7000-8000-000000000001")),
                ConnectionSettings.of("SSO", issuer, "sallyport", Optional.empty()),
                Instant.EPOCH);
    }

    private List<String> kids(String kid) {
        return await(providers.keys(ACME, connection(idp.issuer()), kid)).stream()
                .map(JWK::getKeyID)
                .toList();
    }

    @Test
    void isReadOnceForAllWhoWait() {
        Connection connection = connection(idp.issuer());
        List<Future<ProviderMetadata>> all = IntStream.range(0, 50)
                .mapToObj(i -> providers.metadata(ACME, connection))
                .toList();
        await(Future.all(all));
        assertEquals(idp.issuer() + "/token", all.get(0).result().tokenEndpoint());
        assertTrue(all.get(0).result().issParameterSupported());
        assertEquals(1, idp.discoveries());
        clock.pass(Duration.ofMinutes(11));
        await(providers.metadata(ACME, connection));
        assertEquals(2, idp.discoveries());
    }

    @Test
    void theLastGoodWordCountsWhileTheProviderIsAway() {
        Connection connection = connection(idp.issuer());
        await(providers.metadata(ACME, connection));
        idp.discovers(request -> request.response().setStatusCode(500).end());
        clock.pass(Duration.ofMinutes(11));
        assertEquals(idp.issuer(), await(providers.metadata(ACME, connection)).issuer());
    }

    @DisplayName("A06 the issuer is compared byte for byte")
    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/.", "//", "?", "#", " ", "x", ".evil.example", "@evil.example", ":80", "%00", "\u200b"})
    void nearMissesAreRefused(String suffix) {
        idp.sends(idp.document().put("issuer", idp.issuer() + suffix));
        failure(IssuerMismatch.class, providers.metadata(ACME, connection(idp.issuer())));
    }

    @DisplayName("A06 an issuer that is not a text, or is written otherwise, is refused")
    @Test
    void otherKindsOfIssuers() {
        for (Object issuer : new Object[] {
            null, 1, new JsonArray().add(idp.issuer()), idp.issuer().toUpperCase(java.util.Locale.ROOT)
        }) {
            idp.sends(idp.document().put("issuer", issuer));
            clock.pass(Duration.ofMinutes(1));
            failure(IssuerMismatch.class, providers.metadata(ACME, connection(idp.issuer())));
        }
    }

    @Test
    @DisplayName("A06 a provider that changes its issuer after approval is not believed, and what was known is kept")
    void aChangedIssuerStops() {
        Connection connection = connection(idp.issuer());
        await(providers.metadata(ACME, connection));
        idp.sends(idp.document().put("issuer", "https://good.example.com"));
        clock.pass(Duration.ofMinutes(11));
        failure(IssuerMismatch.class, providers.metadata(ACME, connection));
        idp.sends(idp.document());
        clock.pass(Duration.ofMinutes(1));
        assertEquals(idp.issuer(), await(providers.metadata(ACME, connection)).issuer());
    }

    @DisplayName("C01 an endpoint in the document may not be a blocked address")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization_endpoint",
                "token_endpoint",
                "jwks_uri",
                "userinfo_endpoint",
                "end_session_endpoint",
                "revocation_endpoint"
            })
    void endpointsAreChecked(String endpoint) {
        idp.sends(idp.document().put(endpoint, "http://169.254.169.254/"));
        assertEquals(
                Reason.BLOCKED,
                failure(OutboundRefused.class, providers.metadata(ACME, connection(idp.issuer())))
                        .reason());
    }

    @DisplayName("a document without what is needed is refused")
    @ParameterizedTest
    @ValueSource(strings = {"authorization_endpoint", "token_endpoint", "jwks_uri"})
    void endpointsAreNeeded(String endpoint) {
        JsonObject document = idp.document();
        document.remove(endpoint);
        idp.sends(document);
        assertEquals(
                Reason.BAD_DOCUMENT,
                failure(OutboundRefused.class, providers.metadata(ACME, connection(idp.issuer())))
                        .reason());
    }

    @Test
    @DisplayName("C07 ten thousand unknown key ids cost the provider two requests and disturb nobody")
    void unknownKeyIdsAreCheap() {
        assertEquals(List.of("first"), kids("first"));
        Connection connection = connection(idp.issuer());
        for (int i = 0; i < 10_000; i++) {
            assertTrue(await(providers.keys(ACME, connection, "random-" + i)).isEmpty());
            if (i == 5_000) {
                assertEquals(List.of("first"), kids("first"));
            }
        }
        assertTrue(idp.keyReads() <= 2, "key reads: " + idp.keyReads());
        clock.pass(Duration.ofSeconds(31));
        idp.publishes(PlayedIdp.key("first"), PlayedIdp.key("second"));
        assertEquals(List.of("second"), kids("second"), "a rotation is seen in the next window");
    }

    @Test
    @DisplayName("C07 a rotated key is found at once, and parallel askers share one request")
    void rotationIsSeenAtOnce() {
        kids("first");
        idp.publishes(PlayedIdp.key("second"));
        Connection connection = connection(idp.issuer());
        List<Future<List<JWK>>> all = IntStream.range(0, 30)
                .mapToObj(i -> providers.keys(ACME, connection, "second"))
                .toList();
        await(Future.all(all));
        assertTrue(all.stream().allMatch(found -> found.result().size() == 1));
        assertEquals(2, idp.keyReads());
    }

    @Test
    @DisplayName("C07 an empty, broken or huge key set never evicts good keys")
    void goodKeysStay() {
        kids("first");
        List<Runnable> faults = List.of(
                () -> idp.publishes(),
                () -> idp.keys(request -> request.response().end("{\"keys\":")),
                () -> idp.keys(request -> request.response().end("[]")),
                () -> idp.keys(request -> request.response().setStatusCode(500).end()),
                () -> idp.keys(request -> request.connection().close()),
                () -> idp.publishes(IntStream.range(0, 101)
                        .mapToObj(i -> PlayedIdp.key("k" + i))
                        .toArray(JsonObject[]::new)),
                () -> idp.publishes(
                        new JsonObject().put("kty", "oct").put("k", "c2VjcmV0").put("kid", "first")));
        for (Runnable fault : faults) {
            fault.run();
            clock.pass(Duration.ofMinutes(11));
            assertEquals(List.of("first"), kids("first"));
            assertTrue(kids("unknown").isEmpty());
        }
    }

    @Test
    @DisplayName("A04 keys that cannot verify a signature here are left out, their neighbours stay")
    void unusableKeysAreLeftOut() {
        idp.publishes(
                new JsonObject().put("kty", "oct").put("k", "c2VjcmV0").put("kid", "hmac"),
                new JsonObject().put("kty", "RSA").put("kid", "broken"),
                new JsonObject().put("kty", "quantum").put("kid", "future"),
                PlayedIdp.key("enc").put("use", "enc"),
                new JsonObject()
                        .put("kty", "RSA")
                        .put("e", "AQAB")
                        .put("n", "u1W")
                        .put("kid", "tiny"),
                PlayedIdp.key("good"));
        assertEquals(List.of("good"), kids(null));
    }

    @Test
    void noKeysAtAllIsAFailure() {
        idp.publishes();
        assertEquals(
                Reason.BAD_DOCUMENT,
                failure(OutboundRefused.class, providers.keys(ACME, connection(idp.issuer()), "first"))
                        .reason());
    }

    @Test
    void anotherTenantOrIssuerSharesNothing() {
        await(providers.metadata(ACME, connection(idp.issuer())));
        await(providers.metadata(new TenantId(UUID.randomUUID()), connection(idp.issuer())));
        assertEquals(2, idp.discoveries());
        failure(IssuerMismatch.class, providers.metadata(ACME, connection(idp.issuer() + "/other")));
        assertFalse(kids(null).isEmpty());
    }
}
