package dev.sallyport.broker.signals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.admin.AdminCaller;
import dev.sallyport.broker.admin.AdminHouse;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Person;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Back-channel logout to many applications, some of them ill (Back-Channel Logout 1.0 §2.5), from two nodes. */
class NoticeDeliveryTest {
    private static final int GOOD = 5;
    private static final int SLOW_MILLIS = 3_000;

    private record Told(String application, String token, long at) {}

    private static final BlockingQueue<Told> TOLD = new LinkedBlockingQueue<>();

    private static Vertx vertx;
    private static EvilIdp idp;
    private static HttpServer receiver;
    private static TestBroker broker;
    private static TestBroker other;
    private static Rows rows;
    private static AdminCaller operator;
    private static Relying first;
    private static Tenant acme;
    private static final List<Relying> APPS = new ArrayList<>();
    private static volatile boolean revived;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        receiver = TestBroker.await(vertx.createHttpServer()
                .requestHandler(NoticeDeliveryTest::hear)
                .listen(0, "127.0.0.1"));
        String at = "127.0.0.1:" + receiver.actualPort();
        broker = TestBroker.start(idp.hostPort(), at);
        other = broker.anotherNode(idp.hostPort(), at);
        rows = new Rows(broker);
        operator = AdminCaller.at(broker.publicUrl, TestBroker.OPERATOR);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        Stream.concat(IntStream.range(0, GOOD).mapToObj(i -> "good-" + i), Stream.of("slow", "dead", "refusing"))
                .forEach(name -> {
                    String redirect = "https://" + name + ".example/callback";
                    String secret = broker.application(name, redirect, Optional.of("http://" + at + "/" + name));
                    broker.enable(acme, name);
                    APPS.add(new Relying(broker.issuer("acme"), name, secret, redirect));
                });
        first = APPS.get(0);
    }

    @AfterAll
    static void stop() {
        other.close();
        broker.close();
        TestBroker.await(receiver.close());
        idp.close();
        vertx.close();
    }

    @BeforeEach
    void forget() {
        TOLD.clear();
        idp.person = Person.named("alice");
    }

    private static void hear(HttpServerRequest request) {
        String name = request.path().substring(1);
        request.setExpectMultipart(true).endHandler(v -> {
            TOLD.add(new Told(name, request.getFormAttribute("logout_token"), System.nanoTime()));
            if (name.equals("slow")) {
                vertx.setTimer(SLOW_MILLIS, t -> request.response().end());
            } else if (name.equals("refusing") && !revived) {
                request.response().setStatusCode(503).end();
            } else if (!name.equals("dead")) {
                request.response().end();
            }
        });
    }

    /** Signs in to all applications. */
    private static Browser everywhere() {
        Browser browser = new Browser();
        APPS.forEach(app -> app.tokens(browser));
        return browser;
    }

    private static void signOut(Browser browser) {
        Browser.Answer page = browser.get(first.issuer + "/logout");
        assertEquals(200, page.status());
        browser.post(first.issuer + "/logout", Map.of("confirm", "yes"));
    }

    /** What the good ones are told until each has heard so many, at most ten seconds; with the longest delay in milliseconds. */
    private static List<Told> heardByGood(long since, int each) throws InterruptedException {
        List<Told> heard = new ArrayList<>();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (heard.size() < GOOD * each && System.nanoTime() < end) {
            Told told = TOLD.poll(100, TimeUnit.MILLISECONDS);
            if (told != null && told.application().startsWith("good")) {
                heard.add(told);
            }
        }
        assertEquals(GOOD * each, heard.size(), heard.toString());
        long longest = heard.stream().mapToLong(Told::at).max().orElseThrow() - since;
        assertTrue(longest < TimeUnit.MILLISECONDS.toNanos(2_000), "after " + longest / 1_000_000 + " ms");
        return heard;
    }

    @Test
    @DisplayName(
            "E06: a slow, a dead and a refusing application hold up nobody, not even for the sessions that end meanwhile")
    void illApplicationsAreAlone() throws Exception {
        List<Browser> browsers =
                IntStream.range(0, 4).mapToObj(i -> everywhere()).toList();
        for (Browser browser : browsers) {
            long since = System.nanoTime();
            signOut(browser);
            List<Told> heard = heardByGood(since, 1);
            assertEquals(GOOD, heard.stream().map(Told::application).distinct().count(), "each once");
        }
        rows.change("UPDATE outbox SET next_attempt_at = now() WHERE state = 'failed'");
        assertNull(
                TOLD.stream()
                        .filter(t -> t.application().startsWith("good"))
                        .findFirst()
                        .orElse(null),
                "nobody who heard is told again");
    }

    @Test
    @DisplayName("I07: what comes while a slow node is about to put an outbox off is not put off with it")
    void newsWhileANodeFinishes() {
        Browser browser = new Browser();
        first.tokens(browser);
        rows.change("DELETE FROM outbox");
        rows.change("INSERT INTO jobs (tenant_id, kind) VALUES ('" + acme.id() + "', 'outbox') ON CONFLICT DO NOTHING");
        // Another node holds the tenant, has chosen all there was, and has found nothing that would be due later.
        rows.change("UPDATE jobs SET due_at = now() - interval '1 second', lease_until = now() + interval '1 minute',"
                + " fence = fence + 1 WHERE kind = 'outbox'");
        String due = rows.texts("SELECT due_at::text FROM jobs WHERE kind = 'outbox'")
                .get(0);
        signOut(browser);
        rows.change("UPDATE jobs SET lease_until = NULL, due_at = CASE WHEN due_at = '" + due
                + "' THEN 'infinity' ELSE due_at END WHERE kind = 'outbox'");
        AdminHouse.eventually(() -> Optional.ofNullable(TOLD.peek()));
    }

    @Test
    void theTokenIsALogoutTokenOfTheTenant() throws Exception {
        Browser browser = new Browser();
        JsonObject tokens = first.tokens(browser);
        JWTClaimsSet id = SignedJWT.parse(tokens.getString("id_token")).getJWTClaimsSet();
        signOut(browser);
        Told told = TOLD.poll(10, TimeUnit.SECONDS);
        assertNotNull(told);
        SignedJWT token = SignedJWT.parse(told.token());
        assertEquals("logout+jwt", token.getHeader().getType().getType());
        JWTClaimsSet claims = token.getJWTClaimsSet();
        assertEquals(
                Set.of("iss", "sub", "aud", "iat", "exp", "jti", "events", "sid"),
                claims.getClaims().keySet());
        assertEquals(id.getIssuer(), claims.getIssuer());
        assertEquals(id.getSubject(), claims.getSubject());
        assertEquals(id.getStringClaim("sid"), claims.getStringClaim("sid"));
        assertEquals(List.of("good-0"), claims.getAudience());
        assertEquals(
                Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()),
                claims.getJSONObjectClaim("events"));
    }

    @Test
    void whatWasGivenUpIsListedAndCanBeTriedAgain() {
        Relying refusing = APPS.stream()
                .filter(a -> a.clientId.equals("refusing"))
                .findFirst()
                .orElseThrow();
        idp.person = Person.named("bob");
        Browser browser = new Browser();
        refusing.tokens(browser);
        rows.change("DELETE FROM outbox");
        signOut(browser);
        String path = "/tenants/acme/notices?application=refusing";
        JsonObject failed = AdminHouse.eventually(() -> one(path + "&state=failed"));
        assertEquals("http_503", failed.getString("last_status"));
        assertTrue(failed.containsKey("next_attempt_at"));
        rows.change("UPDATE outbox SET attempts = 11, next_attempt_at = now()");
        rows.change("UPDATE jobs SET due_at = now() WHERE kind = 'outbox'");
        JsonObject dead = AdminHouse.eventually(() -> one(path + "&state=dead"));
        assertEquals(Outbox.MOST_ATTEMPTS, dead.getInteger("attempts"));
        assertFalse(dead.containsKey("next_attempt_at"));
        String retry = "/tenants/acme/notices/" + dead.getString("id") + "/retry";
        assertEquals(404, operator.post(retry.replace("acme", "globex"), null).status());
        revived = true;
        assertEquals("pending", operator.post(retry, null).expect(200).json().getString("state"));
        JsonObject delivered = AdminHouse.eventually(() -> one(path + "&state=delivered"));
        assertEquals(dead.getString("id"), delivered.getString("id"));
        assertEquals(409, operator.post(retry, null).status());
        assertEquals(400, operator.get("/tenants/acme/notices?state=lost").status());
        assertEquals(
                Set.of(dead.getString("id")),
                TOLD.stream()
                        .filter(t -> t.application().equals("refusing"))
                        .map(NoticeDeliveryTest::jti)
                        .collect(Collectors.toSet()),
                "the jti stays over all attempts");
    }

    private static String jti(Told told) {
        try {
            return SignedJWT.parse(told.token()).getJWTClaimsSet().getJWTID();
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<JsonObject> one(String path) {
        JsonArray items = operator.get(path).expect(200).items();
        return items.isEmpty() ? Optional.empty() : Optional.of(items.getJsonObject(0));
    }
}
