package dev.sallyport.broker.admin;

import dev.sallyport.broker.application.ApplicationSecrets;
import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.audit.AuditChain;
import dev.sallyport.broker.consent.Consents;
import dev.sallyport.broker.directory.Admins;
import dev.sallyport.broker.keys.SigningKeys;
import dev.sallyport.broker.offboarding.Offboarding;
import dev.sallyport.broker.people.People;
import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.broker.signals.Notices;
import dev.sallyport.broker.token.ApiKeys;
import dev.sallyport.broker.token.KeyManagement;
import dev.sallyport.broker.token.TokenCheck;
import dev.sallyport.database.Database;
import dev.sallyport.outbound.OutboundPolicy;
import dev.sallyport.scim.directory.Directories;
import dev.sallyport.scim.push.ScimTokens;
import dev.sallyport.scim.run.Ghosts;
import dev.sallyport.scim.run.SyncRuns;
import dev.sallyport.tenant.TenantRegistry;
import dev.sallyport.tenant.connection.ConnectionChecks;
import dev.sallyport.tenant.connection.ConnectionKeys;
import dev.sallyport.tenant.connection.Connections;
import dev.sallyport.tenant.connection.Providers;
import dev.sallyport.tenant.connection.TokenPlace;
import dev.sallyport.tenant.domain.Domains;
import dev.sallyport.tenant.mapping.Catalogues;
import dev.sallyport.tenant.mapping.RoleMappings;
import dev.sallyport.tenant.routing.RoutingRules;
import dev.sallyport.tenant.setup.SetupLinks;
import io.vertx.core.Vertx;
import java.time.Clock;

/**
 * What the admin API works with.
 *
 * @param publicUrl base of every URL that is handed out, without a trailing slash
 * @param policy judges addresses when they are written down
 */
public record AdminParts(
        Vertx vertx,
        String publicUrl,
        Database database,
        Clock clock,
        OutboundPolicy policy,
        TenantRegistry tenants,
        OperatorTokens operatorTokens,
        TokenCheck tokenCheck,
        SetupLinks setupLinks,
        Connections connections,
        Providers providers,
        ConnectionChecks connectionChecks,
        ConnectionKeys connectionKeys,
        TokenPlace tokenPlace,
        Domains domains,
        Catalogues catalogues,
        RoleMappings mappings,
        RoutingRules routing,
        Applications applications,
        ApplicationSecrets applicationSecrets,
        SigningKeys keys,
        People people,
        PersonAccess access,
        Admins admins,
        Consents consents,
        Notices notices,
        Offboarding offboarding,
        ScimTokens scimTokens,
        Directories directories,
        SyncRuns syncRuns,
        Ghosts ghosts,
        AuditChain auditChain,
        ApiKeys apiKeys,
        KeyManagement keyManagement) {}
