package dev.sallyport.tenant.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.connection.ProviderKind;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The issuer of an identity provider")
class IssuerFormTest {
    private static final String ID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

    private static Map<String, String> filled(ProviderKind kind, String first, String second) {
        Map<String, String> values = new HashMap<>();
        var fields = IssuerForm.fields(kind);
        if (!fields.isEmpty()) {
            values.put(fields.get(0).name(), first);
        }
        if (fields.size() > 1) {
            values.put(fields.get(1).name(), second == null ? "" : second);
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({
        "ENTRA," + ID + ",,https://login.microsoftonline.com/" + ID + "/v2.0",
        "ENTRA,0F1E2D3C-4B5A-6978-8796-A5B4C3D2E1F0,,https://login.microsoftonline.com/" + ID + "/v2.0",
        "ENTRA,https://login.microsoftonline.com/" + ID
                + "/v2.0/.well-known/openid-configuration,,https://login.microsoftonline.com/" + ID + "/v2.0",
        "OKTA,acme.okta.com,,https://acme.okta.com",
        "OKTA,https://acme-admin.okta.com/admin/dashboard,,https://acme.okta.com",
        "OKTA,https://Acme.OktaPreview.com/,,https://acme.oktapreview.com",
        "OKTA,https://acme.okta.com/oauth2/default,,https://acme.okta.com/oauth2/default",
        "GOOGLE,,,https://accounts.google.com",
        "JUMPCLOUD,,,https://oauth.id.jumpcloud.com/",
        "KEYCLOAK,https://sso.acme.example/,acme,https://sso.acme.example/realms/acme",
        "KEYCLOAK,https://sso.acme.example/auth,acme,https://sso.acme.example/auth/realms/acme",
        "KEYCLOAK,https://sso.acme.example/realms/acme,,https://sso.acme.example/realms/acme",
        "PING," + ID + ",eu,https://auth.pingone.eu/" + ID + "/as",
        "PING," + ID + ",com.au,https://auth.pingone.com.au/" + ID + "/as",
        "OIDC,https://login.example.com/.well-known/openid-configuration,,https://login.example.com",
        "OIDC,https://login.example.com/,,https://login.example.com/",
    })
    void isFoundFromWhatTheAdminHas(ProviderKind kind, String first, String second, String issuer) {
        IssuerForm.Read read = IssuerForm.read(kind, filled(kind, first == null ? "" : first, second));
        assertEquals(Map.of(), read.errors());
        assertEquals(issuer, read.issuer().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "ENTRA,common,,entra_tenant,everybody",
        "ENTRA,https://login.microsoftonline.com/organizations/v2.0,,entra_tenant,everybody",
        "ENTRA,acme.onmicrosoft.com,,entra_tenant,not a domain name",
        "ENTRA,'',,entra_tenant,looks like",
        "ENTRA," + ID + "/v2.0?x=1,,entra_tenant,looks like",
        "OKTA,acme,,okta_domain,looks like",
        "OKTA,acme.okta.com@evil.example,,okta_domain,looks like",
        "KEYCLOAK,sso.acme.example,acme,keycloak_url,looks like",
        "KEYCLOAK,https://sso.acme.example,'',keycloak_realm,Enter the realm",
        "KEYCLOAK,https://sso.acme.example,../master,keycloak_realm,letters",
        "KEYCLOAK,https://sso.acme.example/realms/a,b,keycloak_realm,already names",
        "KEYCLOAK,https://sso.acme.example?x=y,acme,keycloak_url,looks like",
        "PING,acme,eu,ping_environment,looks like",
        "PING," + ID + ",evil.example/,ping_region,Choose",
    })
    void isRefusedWithTheReasonAtItsField(ProviderKind kind, String first, String second, String field, String reason) {
        IssuerForm.Read read = IssuerForm.read(kind, filled(kind, first, second));
        assertTrue(read.issuer().isEmpty());
        assertTrue(read.errors().get(field).contains(reason), read.errors().toString());
    }

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    void isTakenApartAgainForTheForm(ProviderKind kind) {
        Map<String, String> values =
                switch (kind) {
                    case ENTRA -> filled(kind, ID, null);
                    case OKTA -> filled(kind, "acme.okta.com", null);
                    case KEYCLOAK -> filled(kind, "https://sso.acme.example/auth", "acme");
                    case PING -> filled(kind, ID, "com.au");
                    case OIDC -> filled(kind, "https://login.example.com/", null);
                    case GOOGLE, JUMPCLOUD -> Map.of();
                };
        String issuer = IssuerForm.read(kind, values).issuer().orElseThrow();
        assertEquals(values, IssuerForm.values(kind, issuer));
        Map<String, String> foreign = IssuerForm.values(kind, "https://somewhere.example/else");
        assertTrue(foreign.isEmpty() || foreign.containsValue("https://somewhere.example/else"));
    }

    @Test
    void everyKindSaysWhatToDoThere() {
        for (ProviderKind kind : ProviderKind.values()) {
            ProviderSteps steps = ProviderSteps.of(kind);
            assertTrue(steps.steps().size() >= 3
                    && !steps.role().isEmpty()
                    && !steps.groups().isEmpty());
        }
    }
}
