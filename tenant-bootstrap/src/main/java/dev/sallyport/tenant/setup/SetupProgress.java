package dev.sallyport.tenant.setup;

/**
 * How far a tenant's setup is, for whoever sent the link.
 *
 * @param connected whether a provider was entered
 * @param checked whether its checks are good as it is now
 * @param tested whether a test sign-in worked within the last hour, as it is now
 */
public record SetupProgress(
        int domains,
        int provenDomains,
        boolean connected,
        boolean checked,
        boolean tested,
        int groupRules,
        boolean directory,
        boolean live) {}
