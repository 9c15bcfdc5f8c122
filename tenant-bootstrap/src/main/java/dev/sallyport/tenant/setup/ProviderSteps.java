package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.connection.ProviderKind;
import java.util.List;

/**
 * What to do at each kind of provider, in short; the long form is in {@code docs/guides}.
 *
 * @param role what one has to be over there
 * @param steps in order
 * @param groups how groups come into the token
 * @param backchannel whether it can tell us of a sign-out (OpenID Connect Back-Channel Logout)
 * @param secretEnds whether its secrets always end
 */
record ProviderSteps(String role, List<String> steps, String groups, boolean backchannel, boolean secretEnds) {
    static ProviderSteps of(ProviderKind kind) {
        return switch (kind) {
            case ENTRA ->
                new ProviderSteps(
                        "an Application Developer or a Cloud Application Administrator in Entra ID",
                        List.of(
                                "In the Entra admin center open App registrations and choose New registration. Accounts in this directory only.",
                                "As the redirect URI choose the platform Web and paste the redirect URI from above.",
                                "Under Certificates & secrets add a client secret. Copy its Value, not its Secret ID, and note the day under Expires.",
                                "Copy the Application (client) ID and the Directory (tenant) ID from the overview."),
                        "Under Token configuration add a groups claim, for groups assigned to the application: above 200 groups Entra ID sends none otherwise, and the sign-in is refused.",
                        false,
                        true);
            case OKTA ->
                new ProviderSteps(
                        "an Application Administrator in Okta",
                        List.of(
                                "In the Admin Console open Applications, choose Create App Integration, OIDC, Web Application.",
                                "As the sign-in redirect URI paste the redirect URI from above. Leave only Authorization Code ticked.",
                                "Under Assignments choose who may sign in.",
                                "Copy the client ID and the client secret."),
                        "On the tab Sign On, edit the OpenID Connect ID Token: a groups claim of the type Filter with the name groups, and which groups match.",
                        false,
                        false);
            case GOOGLE ->
                new ProviderSteps(
                        "somebody who may make OAuth clients in a Google Cloud project of your organisation",
                        List.of(
                                "In the Google Cloud console open the Google Auth Platform and choose the audience Internal: others could sign in otherwise.",
                                "Under Clients create a client of the type Web application, with the redirect URI from above.",
                                "Copy the client ID and the client secret; the secret is shown in full this once."),
                        "Google sends no groups. Attach your directory, or let people have their roles by hand.",
                        false,
                        false);
            case KEYCLOAK ->
                new ProviderSteps(
                        "an administrator of the realm, or somebody with its role manage-clients",
                        List.of(
                                "In the admin console choose your realm, open Clients and choose Create client, type OpenID Connect.",
                                "Switch Client authentication on; leave only Standard flow ticked.",
                                "As the valid redirect URI paste the redirect URI from above, exactly and alone.",
                                "On the tab Settings, under Logout, paste the back-channel logout URL from above and leave session required on.",
                                "Copy the client secret from the tab Credentials."),
                        "Under Client scopes, in the dedicated scope, add a mapper of the type Group Membership with the claim name groups and Full group path off; tick Add to ID token.",
                        true,
                        false);
            case PING ->
                new ProviderSteps(
                        "a Client Application Developer or an Environment Admin in PingOne",
                        List.of(
                                "Open Applications and add one of the type OIDC Web App.",
                                "Under Configuration paste the redirect URI from above, and leave only Authorization Code ticked, with PKCE.",
                                "Switch the application on.",
                                "Copy the client ID and the client secret, and the environment ID."),
                        "Under Attribute Mappings add groups, from Group Names.",
                        false,
                        false);
            case JUMPCLOUD ->
                new ProviderSteps(
                        "an administrator in JumpCloud",
                        List.of(
                                "Under SSO Applications add a custom application with OIDC.",
                                "Paste the redirect URI from above, and as the login URL the address of the application.",
                                "As the client authentication choose Client Secret Basic.",
                                "Under User Groups choose who may sign in. Activate, and copy the client ID and the client secret: the secret is shown this once."),
                        "Under attribute mapping tick include group attribute, with the name groups.",
                        false,
                        false);
            case OIDC ->
                new ProviderSteps(
                        "somebody who may register an application at your identity provider",
                        List.of(
                                "Register a confidential web application: OpenID Connect, authorization code, PKCE if there is a choice.",
                                "As its redirect URI paste the redirect URI from above, exactly and alone.",
                                "If it knows back-channel logout, paste that address, too.",
                                "Copy the client ID and the client secret, and note when the secret ends."),
                        "Let it put the names of a person’s groups into the ID token, mostly as the claim groups.",
                        true,
                        false);
        };
    }
}
