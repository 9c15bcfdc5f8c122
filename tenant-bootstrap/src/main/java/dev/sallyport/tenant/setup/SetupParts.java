package dev.sallyport.tenant.setup;

import dev.sallyport.database.Database;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.TenantRegistry;
import dev.sallyport.tenant.connection.ConnectionChecks;
import dev.sallyport.tenant.connection.ConnectionTests;
import dev.sallyport.tenant.connection.Connections;
import dev.sallyport.tenant.domain.Domains;
import dev.sallyport.tenant.mapping.Catalogues;
import dev.sallyport.tenant.mapping.RoleMappings;
import dev.sallyport.tenant.page.Pages;
import java.time.Clock;

/**
 * What the setup pages work with.
 *
 * @param publicUrl the base of all addresses, without a trailing slash
 * @param clock the node's
 */
public record SetupParts(
        String publicUrl,
        Database database,
        ConfigCache cache,
        TenantRegistry tenants,
        SetupLinks links,
        Connections connections,
        ConnectionTests tests,
        ConnectionChecks checks,
        Catalogues catalogues,
        RoleMappings mappings,
        Domains domains,
        DirectorySettings directories,
        PushSettings push,
        TestSignIn testSignIn,
        GoLive goLive,
        Pages pages,
        Clock clock) {}
