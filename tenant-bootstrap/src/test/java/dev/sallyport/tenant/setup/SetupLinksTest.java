package dev.sallyport.tenant.setup;

import static dev.sallyport.outbound.Waiting.await;
import static dev.sallyport.outbound.Waiting.failure;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A setup link")
class SetupLinksTest {
    private static House house;

    @BeforeAll
    static void start() {
        house = new House();
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    private static String secretOf(NewSetupLink link) {
        return link.url().substring(link.url().indexOf('#') + 1);
    }

    private static SetupLink.State state(Tenant tenant, NewSetupLink link) {
        return await(house.links.find(tenant.id(), link.link().id()))
                .orElseThrow()
                .state();
    }

    @Test
    @DisplayName("G02 has exactly one winner among fifty at once")
    void oneWinner() {
        Tenant tenant = house.tenant("winner");
        NewSetupLink link = house.link(tenant);
        List<Browser> racers =
                IntStream.range(0, 50).mapToObj(i -> new Browser()).toList();
        List<Integer> statuses = racers.parallelStream()
                .map(racer -> racer.redeem(link.url()).statusCode())
                .toList();
        assertEquals(1, statuses.stream().filter(status -> status == 303).count(), statuses.toString());
        assertEquals(49, statuses.stream().filter(status -> status == 410).count(), statuses.toString());
        SetupLink after = await(house.links.find(tenant.id(), link.link().id())).orElseThrow();
        assertEquals(SetupLink.State.REDEEMED, after.state());
        assertEquals(50, after.opened());
        List<String> audit = house.audit(tenant.id());
        assertEquals(1, audit.stream().filter("setup_link.redeemed"::equals).count());
        assertEquals(
                49, audit.stream().filter("setup_link.refused redeemed"::equals).count());
    }

    @Test
    @DisplayName("G02 has one winner also in the database itself, many at once")
    void oneWinnerWithoutHttp() {
        Tenant tenant = house.tenant("winner-db");
        NewSetupLink link = house.link(tenant);
        List<Future<String>> all = IntStream.range(0, 50)
                .mapToObj(i -> house.links.redeem(link.link().id(), secretOf(link), ""))
                .toList();
        await(Future.join(all).otherwiseEmpty());
        assertEquals(1, all.stream().filter(Future::succeeded).count());
    }

    @Test
    @DisplayName("G03 is not used up by looking at it, however often and by whatever method")
    void lookingChangesNothing() {
        Tenant tenant = house.tenant("scanned");
        NewSetupLink link = house.link(tenant);
        String url = link.url().substring(0, link.url().indexOf('#'));
        Browser scanner = new Browser();
        for (String method : List.of("GET", "HEAD", "GET", "OPTIONS", "GET")) {
            HttpResponse<String> answer = scanner.send(HttpRequest.newBuilder(URI.create(url))
                    .header("User-Agent", "Mozilla/5.0 (compatible; MailScanner/1.0)")
                    .method(method, HttpRequest.BodyPublishers.noBody()));
            assertTrue(answer.headers().allValues("Set-Cookie").isEmpty(), method);
            if (!method.equals("OPTIONS")) {
                assertEquals(200, answer.statusCode(), method);
            }
        }
        assertEquals(SetupLink.State.OPEN, state(tenant, link));
        assertEquals(
                0,
                await(house.links.find(tenant.id(), link.link().id()))
                        .orElseThrow()
                        .opened());
        assertEquals(303, new Browser().redeem(link.url()).statusCode());
    }

    @Test
    @DisplayName("G01 is refused alike when it is unknown, altered, expired, revoked, used or another tenant's")
    void refusedAlike() throws Exception {
        Tenant tenant = house.tenant("refused");
        Tenant other = house.tenant("refused-other");
        NewSetupLink used = house.link(tenant);
        new Browser().redeem(used.url());
        NewSetupLink revoked = house.link(tenant);
        assertTrue(await(house.links.revoke(tenant.id(), revoked.link().id(), "operator")));
        NewSetupLink expired = house.link(tenant);
        try (var owner = house.testDatabase.asOwner();
                var update = owner.prepareStatement(
                        "UPDATE setup_links SET expires_at = now() - interval '1 second' WHERE id = ?")) {
            update.setString(1, expired.link().id());
            assertEquals(1, update.executeUpdate());
        }
        NewSetupLink open = house.link(tenant);
        String flipped =
                open.url().substring(0, open.url().length() - 1) + (open.url().endsWith("A") ? "B" : "A");
        String foreign = open.url().replace("/setup/refused.", "/setup/refused-other.");
        String unknown = open.url().replace(open.link().id(), "refused." + "x".repeat(22));
        String noTenant = open.url().replace("/setup/refused.", "/setup/nobody.");
        String nonsense = house.publicUrl + "/setup/%00..%2F#spl_x";
        String expected = null;
        for (String url :
                List.of(used.url(), revoked.url(), expired.url(), flipped, foreign, unknown, noTenant, nonsense)) {
            HttpResponse<String> answer = new Browser().redeem(url);
            assertEquals(410, answer.statusCode(), url);
            assertTrue(answer.headers().allValues("Set-Cookie").isEmpty(), url);
            assertFalse(answer.body().contains("spl_"), url);
            expected = expected == null ? answer.body() : expected;
            assertEquals(expected, answer.body(), url);
        }
        assertEquals(SetupLink.State.OPEN, state(tenant, open), "nothing of it used up the good link");
        List<String> audit = house.audit(tenant.id());
        for (String cause : List.of("redeemed", "revoked", "expired", "wrong_secret", "unknown")) {
            assertTrue(audit.contains("setup_link.refused " + cause), audit.toString());
        }
        assertTrue(house.audit(other.id()).contains("setup_link.refused unknown"));
        assertEquals(303, new Browser().redeem(open.url()).statusCode());
    }

    @Test
    @DisplayName("G02 its second opener reads what to do")
    void theSecondOpenerIsHelped() {
        NewSetupLink link = house.link(house.tenant("second"));
        new Browser().redeem(link.url());
        HttpResponse<String> page =
                new Browser().get(link.url().substring(0, link.url().indexOf('#')));
        assertEquals(410, page.statusCode());
        assertTrue(page.body().contains("What to do now"));
    }

    @Test
    void theWinnerComesBackToItsSetup() {
        NewSetupLink link = house.link(house.tenant("back"));
        Browser browser = new Browser();
        browser.redeem(link.url());
        HttpResponse<String> page =
                browser.get(link.url().substring(0, link.url().indexOf('#')));
        assertEquals(303, page.statusCode());
        assertTrue(page.headers().firstValue("Location").orElseThrow().endsWith("/overview"));
    }

    @Test
    @DisplayName("G01 its session opens no other link's setup, and ends when the link is revoked")
    void theSessionIsItsOwn() {
        Tenant tenant = house.tenant("own");
        NewSetupLink link = house.link(tenant);
        NewSetupLink other = house.link(house.tenant("own-other"));
        Browser browser = new Browser();
        HttpResponse<String> redeemed = browser.redeem(link.url());
        String cookie = redeemed.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(
                cookie.toLowerCase(java.util.Locale.ROOT).contains("httponly") && cookie.contains("SameSite=Lax"),
                cookie);
        assertTrue(cookie.contains("Path=/setup/" + link.link().id()), cookie);
        String value = cookie.substring(0, cookie.indexOf(';'));
        String foreign = house.publicUrl + "/setup/" + other.link().id() + "/overview";
        assertEquals(
                410,
                new Browser()
                        .send(HttpRequest.newBuilder(URI.create(foreign)).header("Cookie", value))
                        .statusCode());
        String own = house.publicUrl + "/setup/" + link.link().id() + "/overview";
        assertEquals(200, browser.get(own).statusCode());
        assertTrue(await(house.links.revoke(tenant.id(), link.link().id(), "operator")));
        assertEquals(410, browser.get(own).statusCode());
    }

    @Test
    @DisplayName("G04 keeps its secret to itself: only its hash is stored, and the page leads nowhere else")
    void theSecretIsNotKept() {
        Tenant tenant = house.tenant("kept");
        NewSetupLink link = house.link(tenant);
        String secret = secretOf(link);
        assertTrue(secret.startsWith("spl_") && secret.length() >= 47);
        assertFalse(link.toString().contains(secret));
        new Browser().redeem(link.url());
        for (var row : house.rows(tenant.id(), "SELECT l::text AS t FROM setup_links l WHERE tenant_id = $1")) {
            assertFalse(row.getString("t").contains(secret));
        }
        for (var row : house.rows(tenant.id(), "SELECT e::text AS t FROM audit_events e WHERE tenant_id = $1")) {
            assertFalse(row.getString("t").contains(secret));
        }
        NewSetupLink fresh = house.link(tenant);
        HttpResponse<String> page =
                new Browser().get(fresh.url().substring(0, fresh.url().indexOf('#')));
        assertEquals("no-referrer", page.headers().firstValue("Referrer-Policy").orElseThrow());
        String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
        String nonce = policy.replaceAll("(?s).*'nonce-([^']+)'.*", "$1");
        assertTrue(page.body().contains("<script nonce=\"" + nonce + "\">"), policy);
        HttpResponse<String> again =
                new Browser().get(fresh.url().substring(0, fresh.url().indexOf('#')));
        assertFalse(again.body().contains(nonce), "the nonce is new each time");
    }

    @Test
    void aSuspendedTenantsLinkIsOfNoUse() {
        Tenant tenant = house.tenant("halted");
        NewSetupLink link = house.link(tenant);
        await(house.tenants.update(
                tenant.id(),
                dev.sallyport.tenant.TenantChange.status(dev.sallyport.tenant.TenantStatus.SUSPENDED),
                Optional.empty(),
                "operator"));
        assertEquals(410, new Browser().redeem(link.url()).statusCode());
    }

    @Test
    void isMadeWithinLimits() {
        Tenant tenant = house.tenant("limits");
        Set<SetupPurpose> all = Set.of(SetupPurpose.FEDERATE);
        for (Duration lifetime : List.of(
                Duration.ZERO, Duration.ofSeconds(59), Duration.ofDays(14).plusSeconds(1))) {
            assertEquals(
                    "expires_in",
                    failure(
                                    SetupLinkRefused.class,
                                    house.links.create(
                                            tenant, new LinkWanted(lifetime, all, Optional.empty(), false), "operator"))
                            .violation()
                            .field());
        }
        failure(SetupLinkRefused.class, house.links.create(tenant, LinkWanted.of(Set.of()), "operator"));
        SetupLink link = await(house.links.create(
                        tenant,
                        new LinkWanted(Duration.ofDays(14), all, Optional.of("it@limits.example"), false),
                        "operator"))
                .link();
        assertEquals(all, link.purposes());
        assertTrue(Duration.between(link.createdAt(), link.expiresAt()).equals(Duration.ofDays(14)));
        NewSetupLink newer = house.link(tenant);
        List<SetupLink> page = await(house.links.list(tenant.id(), "", 1));
        assertEquals(newer.link().id(), page.get(0).id(), "the newest first");
        assertEquals(
                link.id(),
                await(house.links.list(tenant.id(), page.get(0).id(), 10))
                        .get(0)
                        .id());
        assertFalse(await(house.links.revoke(tenant.id(), "limits." + "x".repeat(22), "operator")));
    }
}
