package dev.sallyport.tenant.setup;

import static dev.sallyport.outbound.Waiting.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionStatus;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The setup wizard")
class WizardTest {
    private static House house;

    @BeforeAll
    static void start() {
        house = new House();
        house.catalogue();
    }

    @AfterAll
    static void stop() {
        house.close();
    }

    /** A browser that redeemed a link of a new tenant. */
    private record Admin(Browser browser, Tenant tenant, String wizard) {
        HttpResponse<String> get(String step) {
            return browser.get(wizard + step);
        }

        HttpResponse<String> submit(String step, Map<String, String> fields) {
            return browser.submit(wizard + step, fields.entrySet().stream().toList());
        }

        HttpResponse<String> connect() {
            return submit(
                    "sign-in",
                    Map.of("issuer", house.idp.issuer(), "client_id", "sallyport", "client_secret", "s3cret-canary"));
        }
    }

    private static Admin admin(String slug, SetupPurpose... purposes) {
        Tenant tenant = house.tenant(slug);
        NewSetupLink link = house.link(tenant, purposes);
        Browser browser = new Browser();
        HttpResponse<String> redeemed = browser.redeem(link.url());
        assertEquals(303, redeemed.statusCode());
        return new Admin(
                browser, tenant, house.publicUrl + "/setup/" + link.link().id() + "/");
    }

    private static Tenant now(Tenant tenant) {
        return await(house.tenants.byId(tenant.id())).orElseThrow();
    }

    private static Connection connection(Tenant tenant) {
        return await(house.connections.list(tenant.id())).get(0);
    }

    @Test
    void leadsFromTheLinkToLive() {
        Admin admin = admin("acme");
        assertTrue(admin.get("overview").body().contains("Set up sign-in for Acme Inc."));

        String redirectUri = shownRedirectUri(admin.get("sign-in").body());
        assertEquals(303, admin.connect().statusCode());
        String signIn = admin.get("sign-in").body();
        assertTrue(signIn.contains("Everything fits"), signIn);
        assertEquals(redirectUri, shownRedirectUri(signIn), "the redirect URI does not change by saving");
        assertTrue(redirectUri.endsWith(
                "/t/acme/federation/" + connection(admin.tenant()).id() + "/callback"));
        assertFalse(signIn.contains("s3cret-canary"));

        HttpResponse<String> early = admin.submit("go-live", Map.of());
        assertEquals(422, early.statusCode());
        assertEquals("pending", now(admin.tenant()).status().word());

        HttpResponse<String> leaving = admin.submit("test", Map.of());
        assertEquals(303, leaving.statusCode());
        String location = leaving.headers().firstValue("Location").orElseThrow();
        assertTrue(location.startsWith(house.idp.issuer() + "/authorize"));
        assertTrue(location.endsWith(admin.wizard() + "test"), "the test comes back to its page");
        assertTrue(leaving.headers().allValues("Set-Cookie").stream().anyMatch(c -> c.startsWith("browser=binding")));
        String result = admin.get("test").body();
        assertTrue(result.contains("248289761001") && result.contains("acme-admins"), result);

        assertTrue(admin.get("groups").body().contains("value=\"acme-admins\""), "groups seen are offered");
        Map<String, String> rules = Map.of(
                "version",
                "0",
                "group.0",
                "acme-admins",
                "role.0",
                "admin",
                "group.1",
                "Engineering, Platform",
                "role.1",
                "editor",
                "group.2",
                "Everyone");
        Map<String, String> preview = new java.util.HashMap<>(rules);
        preview.put("action", "preview");
        HttpResponse<String> previewed = admin.submit("groups", preview);
        assertEquals(200, previewed.statusCode());
        assertTrue(previewed.body().contains("You, by your test sign-in"), previewed.body());
        assertTrue(previewed.body().contains("invoice:read, invoice:write, tenant:admin"));
        assertEquals(0, await(house.mappings.load(admin.tenant().id())).version(), "a preview saves nothing");
        assertEquals(303, admin.submit("groups", rules).statusCode());
        assertEquals(
                Set.of("acme-admins", "Engineering, Platform"),
                Set.copyOf(await(house.mappings.load(admin.tenant().id())).mapping().rules().stream()
                        .map(rule -> rule.groupValue())
                        .toList()),
                "a row without a role is left out");

        assertEquals(
                303,
                admin.submit(
                                "directory",
                                Map.of(
                                        "base_url", "https://directory.example.com/scim/v2",
                                        "bearer", "bearer-canary",
                                        "max_removals", "25",
                                        "max_removal_percent", "20"))
                        .statusCode());
        assertEquals(0.2, house.directories.get(admin.tenant().id()).maxRemovalRatio());

        assertEquals(200, admin.submit("go-live", Map.of()).statusCode());
        assertEquals("active", now(admin.tenant()).status().word());
        assertEquals(ConnectionStatus.ACTIVE, connection(admin.tenant()).status());
        assertTrue(admin.get("go-live").body().contains("You are live"));
        assertEquals(
                1,
                house.rows(admin.tenant().id(), "SELECT 1 FROM signing_keys WHERE tenant_id = $1")
                        .size());
        List<String> audit = house.audit(admin.tenant().id());
        assertTrue(
                audit.containsAll(List.of(
                        "setup_link.redeemed",
                        "connection.created",
                        "role_mapping.replaced",
                        "connection.active",
                        "tenant.updated")),
                audit.toString());
        assertTrue(
                house
                        .rows(admin.tenant().id(), "SELECT details::text AS d FROM audit_events WHERE tenant_id = $1")
                        .stream()
                        .noneMatch(row -> row.getString("d").contains("canary")));
    }

    @Test
    void asksForWhatEachProviderCallsItsOwn() {
        Admin admin = admin("entra");
        String page = admin.get("sign-in?provider=entra").body();
        assertTrue(page.contains("Directory (tenant) ID") && !page.contains("name=\"issuer\""), page);
        assertTrue(page.contains("Certificates &amp; secrets"), page);
        Map<String, String> entered = new java.util.HashMap<>(
                Map.of("provider", "entra", "entra_tenant", "common", "client_id", "x", "client_secret", "y"));
        HttpResponse<String> shared = admin.submit("sign-in", entered);
        assertEquals(422, shared.statusCode());
        assertTrue(shared.body().contains("anybody at Microsoft could sign in"), shared.body());
        entered.put("entra_tenant", "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0");
        entered.put("secret_expires_on", "");
        HttpResponse<String> endless = admin.submit("sign-in", entered);
        assertEquals(422, endless.statusCode());
        assertTrue(endless.body().contains("Every secret of Microsoft Entra ID ends."), endless.body());
        assertTrue(await(house.connections.list(admin.tenant().id())).isEmpty(), "nothing of it was saved");
        assertTrue(admin.get("sign-in?provider=nonsense").body().contains("name=\"issuer\""));
    }

    @Test
    void keepsTheDayOnWhichTheSecretEnds() {
        Admin admin = admin("ending");
        Map<String, String> entered = new java.util.HashMap<>(Map.of(
                "issuer", house.idp.issuer(),
                "client_id", "x",
                "client_secret", "y",
                "secret_expires_on", "2099-12-31"));
        assertEquals(303, admin.submit("sign-in", entered).statusCode());
        assertEquals(
                "2100-01-01T00:00:00Z",
                connection(admin.tenant()).secretExpiresAt().orElseThrow().toString());
        assertTrue(admin.get("sign-in").body().contains("value=\"2099-12-31\""));
        entered.put("client_secret", "");
        assertEquals(303, admin.submit("sign-in", entered).statusCode());
        assertEquals(
                "2100-01-01T00:00:00Z",
                connection(admin.tenant()).secretExpiresAt().orElseThrow().toString());
        entered.put("secret_expires_on", "yesterday");
        assertEquals(422, admin.submit("sign-in", entered).statusCode());
    }

    @Test
    @DisplayName("B13: the setup calls a provider only so often a minute; what was entered is kept")
    void checksAreLimited() {
        Admin admin = admin("checked-often");
        int before = house.idp.discoveries();
        house.checkWait = 30;
        try {
            HttpResponse<String> refused = admin.submit(
                    "sign-in", Map.of("issuer", house.idp.issuer(), "client_id", "kept", "client_secret", "y"));
            assertEquals(429, refused.statusCode());
            assertTrue(refused.body().contains("check it again in a minute"), refused.body());
            assertEquals(before, house.idp.discoveries());
            assertEquals(
                    "kept",
                    await(house.connections.list(admin.tenant().id())).get(0).clientId());
        } finally {
            house.checkWait = 0;
        }
    }

    @Test
    void saysWhatIsWrongInWords() {
        Admin admin = admin("words");
        HttpResponse<String> blocked = admin.submit(
                "sign-in", Map.of("issuer", "https://169.254.169.254/", "client_id", "x", "client_secret", "y"));
        assertEquals(422, blocked.statusCode());
        assertTrue(blocked.body().contains("aria-invalid=\"true\""));
        assertTrue(await(house.connections.list(admin.tenant().id())).isEmpty());

        admin.submit(
                "sign-in", Map.of("issuer", house.idp.issuer() + "/wrong", "client_id", "x", "client_secret", "y"));
        assertTrue(admin.get("sign-in").body().contains("It says it is another issuer"));

        HttpResponse<String> directory = admin.submit(
                "directory",
                Map.of(
                        "base_url",
                        "https://127.0.0.1/",
                        "bearer",
                        "b",
                        "max_removals",
                        "-1",
                        "max_removal_percent",
                        "101"));
        assertEquals(422, directory.statusCode());
        assertTrue(directory.body().contains("from 0 to 100."));
    }

    @Test
    @DisplayName(
            "B13: takes a key of ours in place of a secret, keeps it when the page is saved again, and says in words when the provider does not know us")
    void aKeyInPlaceOfASecret() {
        Admin admin = admin("by-key");
        Map<String, String> fields =
                Map.of("issuer", house.idp.issuer(), "client_id", "sallyport", "auth_method", "private_key_jwt");
        admin.submit("sign-in", fields);
        Connection connection =
                await(house.connections.list(admin.tenant().id())).get(0);
        assertTrue(connection.hasKeys() && !connection.hasSecret());
        String page = admin.get("sign-in").body();
        assertTrue(page.contains("/t/by-key/federation/" + connection.id() + "/jwks"), page);
        assertTrue(page.contains("It believes that we are its client"), page);
        String sent = house.idp.tokenRequests.get(house.idp.tokenRequests.size() - 1);
        assertTrue(sent.contains("client_assertion=") && !sent.contains("client_secret"), sent);
        house.idp.answersTokens(401, "invalid_client");
        admin.submit("sign-in", fields);
        assertTrue(admin.get("sign-in").body().contains("It does not take the client secret or key"));
        house.idp.answersTokens(400, "invalid_grant");
    }

    @Test
    void theIssuerMayBePastedWithItsWellKnownPath() {
        Admin admin = admin("pasted");
        admin.submit(
                "sign-in",
                Map.of(
                        "issuer", "  " + house.idp.issuer() + "/.well-known/openid-configuration ",
                        "client_id", "x",
                        "client_secret", "y"));
        assertEquals(house.idp.issuer(), connection(admin.tenant()).issuer());
    }

    @Test
    @DisplayName("I11 does not go live on a test that is of another configuration")
    void aTestCountsForWhatWasTested() {
        Admin admin = admin("stale");
        admin.connect();
        admin.submit("test", Map.of());
        admin.submit("sign-in", Map.of("issuer", house.idp.issuer(), "client_id", "another", "client_secret", "z"));
        assertEquals(422, admin.submit("go-live", Map.of()).statusCode());
        assertEquals("pending", now(admin.tenant()).status().word());
    }

    @Test
    void doesNotGoLiveOnAFailedTest() {
        Admin admin = admin("failing");
        admin.connect();
        var good = house.testResult;
        house.testResult = good.copy().put("problem", "The provider sent no subject.");
        try {
            admin.submit("test", Map.of());
            assertTrue(admin.get("test").body().contains("The provider sent no subject."));
            assertEquals(422, admin.submit("go-live", Map.of()).statusCode());
        } finally {
            house.testResult = good;
        }
    }

    @Test
    @DisplayName("D11 shows what the provider sent as text")
    void claimsAreEscaped() {
        Admin admin = admin("escaped");
        admin.connect();
        admin.submit("test", Map.of());
        String body = admin.get("test").body();
        assertTrue(body.contains("&lt;b>") || body.contains("&lt;b&gt;"), body);
        assertFalse(body.contains("<script>"));
    }

    @Test
    @DisplayName("D05 takes no form without its own token, nor one from elsewhere")
    void formsAreBound() {
        Admin admin = admin("bound");
        Admin other = admin("bound-other");
        String foreign = Browser.csrf(other.get("sign-in").body());
        String own = Browser.csrf(admin.get("sign-in").body());
        Map<String, String> fields = Map.of("issuer", house.idp.issuer(), "client_id", "x", "client_secret", "y");
        for (String token : List.of("", foreign, own.substring(1), "x".repeat(43))) {
            Map<String, String> all = new java.util.HashMap<>(fields);
            all.put("csrf", token);
            assertEquals(
                    403, admin.browser().post(admin.wizard() + "sign-in", all).statusCode());
        }
        Map<String, String> all = new java.util.HashMap<>(fields);
        all.put("csrf", own);
        String url = admin.wizard() + "sign-in";
        assertEquals(
                403,
                admin.browser().post(url, all, "Sec-Fetch-Site", "cross-site").statusCode());
        assertEquals(
                403,
                admin.browser().post(url, all, "Sec-Fetch-Site", "same-site").statusCode());
        assertEquals(
                403,
                admin.browser().post(url, all, "Origin", "https://evil.example").statusCode());
        assertTrue(await(house.connections.list(admin.tenant().id())).isEmpty());
        assertEquals(
                303, admin.browser().post(url, all, "Origin", house.publicUrl).statusCode());
    }

    @Test
    @DisplayName("G01 a link allows the listed steps and no others")
    void purposesAreKept() {
        Admin admin = admin("limited", SetupPurpose.DOMAIN);
        assertEquals(200, admin.get("domain").statusCode());
        for (String step : List.of("sign-in", "test", "groups", "directory", "go-live")) {
            assertEquals(404, admin.get(step).statusCode(), step);
            String csrf = Browser.csrf(admin.get("domain").body());
            assertEquals(
                    404,
                    admin.browser()
                            .post(admin.wizard() + step, Map.of("csrf", csrf))
                            .statusCode(),
                    step);
        }
        String overview = admin.get("overview").body();
        assertTrue(overview.contains("/domain") && !overview.contains("/go-live"));
    }

    @Test
    void twoPeopleDoNotOverwriteEachOthersRules() {
        Admin admin = admin("racing");
        admin.connect();
        Map<String, String> rules = Map.of("version", "0", "group.0", "a", "role.0", "viewer");
        assertEquals(303, admin.submit("groups", rules).statusCode());
        HttpResponse<String> late = admin.submit("groups", rules);
        assertEquals(409, late.statusCode());
        assertTrue(late.body().contains("Somebody else changed the rules"));
    }

    @Test
    void oneGroupMayHaveSeveralRoles() {
        Admin admin = admin("several");
        admin.connect();
        admin.browser()
                .submit(
                        admin.wizard() + "groups",
                        List.of(
                                Map.entry("group.0", "staff"),
                                Map.entry("role.0", "viewer"),
                                Map.entry("role.0", "admin")));
        var rules = await(house.mappings.load(admin.tenant().id())).mapping().rules();
        assertEquals(Set.of("viewer", "admin"), rules.get(0).roles());
        HttpResponse<String> unknown = admin.submit("groups", Map.of("group.0", "staff", "role.0", "root"));
        assertEquals(422, unknown.statusCode());
    }

    @Test
    void provesADomain() {
        Admin admin = admin("proving");
        assertEquals(
                422,
                admin.submit("domain", Map.of("action", "add", "domain", "gmail.com"))
                        .statusCode());
        assertEquals(
                303,
                admin.submit("domain", Map.of("action", "add", "domain", "Proving.Example"))
                        .statusCode());
        assertTrue(admin.get("domain").body().contains("_sallyport-challenge.proving.example"));
        Map<String, String> verify = Map.of("action", "verify", "domain", "proving.example");
        assertEquals(422, admin.submit("domain", verify).statusCode());
        String value = await(house.domains.list(admin.tenant().id())).get(0).txtValue();
        house.dns.put("_sallyport-challenge.proving.example", List.of("v=spf1 -all", value));
        assertEquals(303, admin.submit("domain", verify).statusCode());
        assertTrue(await(house.domains.verified(admin.tenant().id())).contains("proving.example"));
    }

    @Test
    void largeAndUnreadableFormsAreRefused() {
        Admin admin = admin("large");
        assertEquals(
                413,
                admin.browser()
                        .post(
                                admin.wizard() + "sign-in",
                                Map.of("issuer", "x".repeat(7_000), "b", "x".repeat(7_000), "c", "x".repeat(200_000)))
                        .statusCode());
        assertEquals(404, admin.get("nowhere").statusCode());
        assertEquals(404, admin.browser().get(house.publicUrl + "/setup/").statusCode());
    }

    @Test
    @DisplayName("D17 every page carries its headers")
    void headers() {
        Admin admin = admin("headers");
        for (String step : List.of("overview", "sign-in", "test", "groups", "directory", "go-live", "domain")) {
            HttpResponse<String> page = admin.get(step);
            assertEquals(200, page.statusCode(), step);
            String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
            assertTrue(policy.startsWith("default-src 'none'") && policy.contains("frame-ancestors 'none'"), policy);
            assertFalse(policy.contains("unsafe") || policy.contains("script-src"), policy);
            assertEquals("no-store", page.headers().firstValue("Cache-Control").orElseThrow());
            assertEquals(
                    "no-referrer", page.headers().firstValue("Referrer-Policy").orElseThrow());
            assertEquals(
                    "nosniff",
                    page.headers().firstValue("X-Content-Type-Options").orElseThrow());
            assertFalse(page.body().contains("<script"), step);
            assertFalse(page.body().matches("(?s).*(src|href)=\"(https?:)?//.*"), "no external assets on " + step);
        }
    }

    private static String shownRedirectUri(String page) {
        int start = page.indexOf("<code class=\"value\"");
        int from = page.indexOf('>', start) + 1;
        return page.substring(from, page.indexOf('<', from));
    }
}
