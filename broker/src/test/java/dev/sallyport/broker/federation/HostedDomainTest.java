package dev.sallyport.broker.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Person;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.ConnectionSettings;
import dev.sallyport.tenant.connection.ProviderKind;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Google signs everybody in; only the tenant's Workspace domains are the tenant's. */
class HostedDomainTest {
    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Rows rows;
    private static Tenant acme;
    private static Relying app;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        broker.disable(acme, broker.connections(acme).get(0));
        ConnectionSettings plain =
                ConnectionSettings.of("Google", idp.issuer(), "sallyport", Optional.of(EvilIdp.SECRET));
        broker.connect(acme, plain.change().provider(ProviderKind.GOOGLE).build());
        String redirect = "https://ledger.example/callback";
        String secret = broker.application("ledger", redirect, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, redirect);
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    private static void owns(String domain) {
        rows.change("INSERT INTO domains (tenant_id, domain, status, txt_value, verified_at) VALUES ('" + acme.id()
                + "', '" + domain + "', 'verified', 'x', now())");
    }

    private static Browser.Answer as(Object hostedDomain) {
        idp.person = Person.named("somebody");
        if (hostedDomain != null) {
            idp.person.put("hd", hostedDomain);
        }
        return app.signIn(new Browser());
    }

    @Test
    @DisplayName("A14 whoever has some Google account is nobody here; an account of a proven Workspace domain comes in")
    void onlyOwnDomains() {
        Rows.Counts before = rows.counts();
        assertEquals("access_denied", as("acme.example").parameter("error"), "no domain is proven yet");
        assertEquals(1, rows.events("sign_in.failed", "no_proven_domain"));
        owns("acme.example");
        for (Object hd : new Object[] {
            null,
            "",
            "evil.example",
            "acme.example.evil.example",
            "x.acme.example",
            7,
            new JsonArray().add("acme.example")
        }) {
            assertEquals("access_denied", as(hd).parameter("error"), String.valueOf(hd));
        }
        assertEquals(7, rows.events("sign_in.failed", "hosted_domain"));
        assertEquals(before, rows.counts());
        assertNotNull(as("ACME.example").parameter("code"));
        assertEquals(before.users() + 1, rows.counts().users());

        Browser.Answer out = new Browser().get(app.authorizeUrl("login_hint", "a@acme.example"));
        assertEquals("acme.example", out.parameter("hd"));
        assertEquals("a@acme.example", out.parameter("login_hint"));
        owns("acme.test");
        assertEquals("*", new Browser().get(app.authorizeUrl()).parameter("hd"));
        assertNull(new Browser().get(app.authorizeUrl()).parameter("domain_hint"));
    }
}
