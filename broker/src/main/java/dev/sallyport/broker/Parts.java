package dev.sallyport.broker;

import dev.sallyport.broker.account.AccountDoor;
import dev.sallyport.broker.account.AccountForms;
import dev.sallyport.broker.account.AccountPage;
import dev.sallyport.broker.admin.AdminDocument;
import dev.sallyport.broker.admin.AdminParts;
import dev.sallyport.broker.admin.OperatorTokens;
import dev.sallyport.broker.application.ApplicationSecrets;
import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.audit.AuditChain;
import dev.sallyport.broker.bulk.ImportWorker;
import dev.sallyport.broker.bulk.Imports;
import dev.sallyport.broker.config.Settings;
import dev.sallyport.broker.consent.ConsentRequests;
import dev.sallyport.broker.consent.Consents;
import dev.sallyport.broker.directory.Admins;
import dev.sallyport.broker.directory.DirectoryDoor;
import dev.sallyport.broker.federation.Arrival;
import dev.sallyport.broker.federation.ConnectionJwks;
import dev.sallyport.broker.federation.Departure;
import dev.sallyport.broker.federation.StillThere;
import dev.sallyport.broker.federation.TestSignIns;
import dev.sallyport.broker.federation.Transactions;
import dev.sallyport.broker.federation.Upstream;
import dev.sallyport.broker.federation.UpstreamLogout;
import dev.sallyport.broker.federation.UpstreamRevocation;
import dev.sallyport.broker.federation.UpstreamSignOut;
import dev.sallyport.broker.keys.KeyRotation;
import dev.sallyport.broker.keys.NativeCrypto;
import dev.sallyport.broker.keys.SigningKeys;
import dev.sallyport.broker.login.LoginPage;
import dev.sallyport.broker.offboarding.Offboarding;
import dev.sallyport.broker.op.AccountArrival;
import dev.sallyport.broker.op.ApiKeyExchange;
import dev.sallyport.broker.op.ApiKeysEndpoint;
import dev.sallyport.broker.op.Approval;
import dev.sallyport.broker.op.Authorize;
import dev.sallyport.broker.op.AuthorizeAnswer;
import dev.sallyport.broker.op.AuthorizeRequests;
import dev.sallyport.broker.op.BearerToken;
import dev.sallyport.broker.op.Callback;
import dev.sallyport.broker.op.ClientAssertions;
import dev.sallyport.broker.op.ClientAuthentication;
import dev.sallyport.broker.op.ClientCredentialsGrant;
import dev.sallyport.broker.op.CodeGrant;
import dev.sallyport.broker.op.ConsentEndpoint;
import dev.sallyport.broker.op.ConsentPage;
import dev.sallyport.broker.op.Cors;
import dev.sallyport.broker.op.Discovery;
import dev.sallyport.broker.op.EndSession;
import dev.sallyport.broker.op.ExchangeTarget;
import dev.sallyport.broker.op.ExchangedToken;
import dev.sallyport.broker.op.Introspect;
import dev.sallyport.broker.op.Jwks;
import dev.sallyport.broker.op.LastWay;
import dev.sallyport.broker.op.OnBehalfOfExchange;
import dev.sallyport.broker.op.PushedAuthorization;
import dev.sallyport.broker.op.PushedRequests;
import dev.sallyport.broker.op.RefreshGrant;
import dev.sallyport.broker.op.RevocationsEndpoint;
import dev.sallyport.broker.op.Revoke;
import dev.sallyport.broker.op.TokenAnswer;
import dev.sallyport.broker.op.TokenEndpoint;
import dev.sallyport.broker.op.TokenExchangeGrant;
import dev.sallyport.broker.op.UserInfo;
import dev.sallyport.broker.people.People;
import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.broker.people.SignIn;
import dev.sallyport.broker.session.SessionCookie;
import dev.sallyport.broker.session.Sessions;
import dev.sallyport.broker.session.UpstreamGrants;
import dev.sallyport.broker.signals.BackchannelLogout;
import dev.sallyport.broker.signals.ByKind;
import dev.sallyport.broker.signals.Notices;
import dev.sallyport.broker.signals.Outbox;
import dev.sallyport.broker.token.ApiKeys;
import dev.sallyport.broker.token.KeyManagement;
import dev.sallyport.broker.token.KeyUses;
import dev.sallyport.broker.token.PresentedKeys;
import dev.sallyport.broker.token.RefreshTokens;
import dev.sallyport.broker.token.RevocationFeed;
import dev.sallyport.broker.token.Revocations;
import dev.sallyport.broker.token.TokenCheck;
import dev.sallyport.broker.token.Tokens;
import dev.sallyport.broker.web.ClientAddress;
import dev.sallyport.broker.web.Cookies;
import dev.sallyport.broker.web.ErrorPage;
import dev.sallyport.broker.web.Tenancy;
import dev.sallyport.broker.web.Throttle;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.outbound.OutboundPolicy;
import dev.sallyport.scim.directory.Directories;
import dev.sallyport.scim.directory.SetupDirectory;
import dev.sallyport.scim.pull.PullClient;
import dev.sallyport.scim.pull.PullLimits;
import dev.sallyport.scim.push.Refusals;
import dev.sallyport.scim.push.ScimRoutes;
import dev.sallyport.scim.push.ScimTokens;
import dev.sallyport.scim.push.SetupPush;
import dev.sallyport.scim.run.Ghosts;
import dev.sallyport.scim.run.SyncRuns;
import dev.sallyport.scim.run.SyncSettings;
import dev.sallyport.scim.run.SyncWorker;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.TenantRegistry;
import dev.sallyport.tenant.connection.ClientProof;
import dev.sallyport.tenant.connection.ConnectionChecks;
import dev.sallyport.tenant.connection.ConnectionKeys;
import dev.sallyport.tenant.connection.ConnectionTests;
import dev.sallyport.tenant.connection.Connections;
import dev.sallyport.tenant.connection.ProviderDocuments;
import dev.sallyport.tenant.connection.ProviderWatch;
import dev.sallyport.tenant.connection.Providers;
import dev.sallyport.tenant.connection.TokenPlace;
import dev.sallyport.tenant.domain.Domains;
import dev.sallyport.tenant.domain.HomeRealm;
import dev.sallyport.tenant.domain.TxtLookup;
import dev.sallyport.tenant.mapping.Catalogues;
import dev.sallyport.tenant.mapping.RoleMappings;
import dev.sallyport.tenant.page.Origins;
import dev.sallyport.tenant.page.Pages;
import dev.sallyport.tenant.routing.RoutingRules;
import dev.sallyport.tenant.secret.MasterKey;
import dev.sallyport.tenant.secret.SealedSecrets;
import dev.sallyport.tenant.setup.SetupLinks;
import dev.sallyport.tenant.setup.SetupPages;
import dev.sallyport.tenant.setup.SetupParts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Map;

/** Puts the house together: which part is given which. Holds no behaviour. */
final class Parts {
    /** Of one tenant, at the admin API, in the console and in the setup together. */
    private static final int CHECKS_A_MINUTE = 20;

    final Settings settings;
    final Vertx vertx;
    final Database database;
    final Clock clock = Clock.systemUTC();
    final ConfigCache cache;
    final RevocationFeed feed;
    final SealedSecrets secrets;
    final TenantRegistry tenants;
    final OutboundGate gate;
    final Connections connections;
    final Providers providers;
    final ProviderWatch providerWatch;
    final ConnectionTests connectionTests;
    final Domains domains;
    final RoutingRules routing;
    final Catalogues catalogues;
    final RoleMappings mappings;
    final Applications applications;
    final ApplicationSecrets applicationSecrets;
    final SigningKeys keys;
    final KeyRotation keyRotation;
    final People people;
    final PersonAccess access;
    final Sessions sessions;
    final UpstreamGrants grants;
    final Upstream upstream;
    final Tokens tokens;
    final TokenCheck tokenCheck;
    final Offboarding offboarding;
    final Admins admins;
    final DirectoryDoor directoryDoor;
    final Consents consents;
    final Transactions transactions;
    final Departure departure;
    final Outbox outbox;
    final Pages pages;
    final Origins origins;
    final OperatorTokens operatorTokens;
    final AuditChain auditChain;
    final ImportWorker importWorker;
    final AdminDocument adminDocument;
    final SetupLinks setupLinks;
    final SetupPages setupPages;
    final LoginPage loginPage;
    final ConnectionKeys connectionKeys;
    final TokenPlace tokenPlace;
    final ClientProof clientProof;
    final ConnectionChecks connectionChecks;
    final Directories directories;
    final PullClient pullClient;
    final SyncRuns syncRuns;
    final SyncWorker syncWorker;
    final Ghosts ghosts;
    final ScimTokens scimTokens;
    final ScimRoutes scimRoutes;
    final SessionCookie sessionCookie;
    final ApiKeys apiKeys;
    final KeyManagement keyManagement;
    final KeyUses keyUses;
    private final OpRoutes op;

    private Parts(
            Settings settings,
            Vertx vertx,
            Database database,
            MasterKey masterKey,
            ConfigCache cache,
            RevocationFeed feed,
            AdminDocument adminDocument) {
        this.settings = settings;
        this.vertx = vertx;
        this.database = database;
        this.cache = cache;
        this.feed = feed;
        String url = settings.publicUrl();
        secrets = new SealedSecrets(database, masterKey);
        tenants = new TenantRegistry(database, secrets, cache);
        OutboundPolicy policy = new OutboundPolicy(settings.outboundAllow());
        gate = OutboundGate.create(vertx, policy);
        connections = new Connections(database, secrets, cache, policy, Sessions::endOf);
        providers = new Providers(gate, clock, new ProviderDocuments(database));
        providerWatch = new ProviderWatch(vertx, database, providers, connections);
        connectionTests = new ConnectionTests(database);
        domains = new Domains(database, TxtLookup.of(vertx), clock);
        routing = new RoutingRules(database, cache, connections, domains);
        catalogues = new Catalogues(database, cache);
        mappings = new RoleMappings(vertx, database, cache, catalogues, clock);
        applications = new Applications(database, cache);
        applicationSecrets = new ApplicationSecrets(database, cache, clock);
        keys = new SigningKeys(vertx, database, secrets, cache);
        keyRotation = new KeyRotation(database, keys, settings.keyRotation());
        people = new People(database);
        access = new PersonAccess(catalogues, mappings, clock);
        sessions = new Sessions(database, clock);
        grants = new UpstreamGrants(database, secrets);
        connectionKeys = new ConnectionKeys(vertx, database, secrets, cache, NativeCrypto.provider());
        tokenPlace = new TokenPlace(database);
        clientProof = new ClientProof(connections, connectionKeys, tokenPlace, clock);
        upstream = new Upstream(clientProof, providers, gate, clock);
        tokens = new Tokens(url, keys, clock);
        tokenCheck = new TokenCheck(url, keys, database, clock);
        offboarding = new Offboarding(database, clock);
        admins = new Admins(database, catalogues, mappings, clock);
        directoryDoor = new DirectoryDoor(database, tenants, offboarding, admins);
        Cookies cookies = new Cookies(settings.isSecure());
        sessionCookie = new SessionCookie(cookies);
        consents = new Consents(database);
        transactions = new Transactions(database);
        departure = new Departure(url, database, providers, transactions, cookies, domains);
        outbox = new Outbox(
                vertx,
                database,
                tenants,
                new ByKind(Map.of(
                        "backchannel_logout",
                        new BackchannelLogout(applications, tokens, gate),
                        "upstream_revocation",
                        new UpstreamRevocation(connections, upstream, grants))));
        pages = new Pages(url);
        origins = new Origins(url);
        operatorTokens = new OperatorTokens(database, settings.operatorToken());
        auditChain = new AuditChain(vertx, database);
        importWorker = new ImportWorker(vertx, database, new Imports(database, catalogues, mappings, clock), access);
        this.adminDocument = adminDocument;
        connectionChecks = new ConnectionChecks(
                providers, connectionTests, clientProof, new Throttle<TenantId>(clock, CHECKS_A_MINUTE)::take);
        directories = new Directories(database, secrets, policy);
        pullClient = new PullClient(vertx, gate, directories, database, PullLimits.DEFAULT);
        syncRuns = new SyncRuns(database);
        syncWorker =
                new SyncWorker(vertx, database, directories, pullClient, directoryDoor, admins, SyncSettings.DEFAULT);
        ghosts = new Ghosts(database);
        scimTokens = new ScimTokens(database);
        Refusals refusals = new Refusals(database);
        scimRoutes = new ScimRoutes(url, database, tenants, scimTokens, refusals, directoryDoor);
        setupLinks = new SetupLinks(database, tenants, url);
        setupPages = new SetupPages(new SetupParts(
                url,
                database,
                cache,
                tenants,
                setupLinks,
                connections,
                connectionTests,
                connectionChecks,
                catalogues,
                mappings,
                domains,
                new SetupDirectory(directories, syncRuns),
                new SetupPush(url, scimTokens, refusals, clock),
                departure,
                keys,
                pages,
                clock));
        apiKeys = new ApiKeys(database, access, clock);
        keyManagement = new KeyManagement(applications, clock);
        keyUses = new KeyUses(vertx, database, clock);
        loginPage = LoginPage.of(
                new HomeRealm(database, tenants),
                cookies,
                pages,
                origins,
                new ClientAddress(settings.trustedProxies()),
                clock);
        op = op(url, cookies);
    }

    /** Builds everything that needs the database. */
    static Future<Parts> build(Settings settings, Vertx vertx, Database database, MasterKey masterKey) {
        return Future.all(
                        ConfigCache.start(vertx, database),
                        RevocationFeed.start(vertx, database),
                        AdminDocument.load(vertx, settings.publicUrl()))
                .map(all -> new Parts(
                        settings, vertx, database, masterKey, all.resultAt(0), all.resultAt(1), all.resultAt(2)));
    }

    AdminParts admin() {
        return new AdminParts(
                vertx,
                settings.publicUrl(),
                database,
                clock,
                gate.policy(),
                tenants,
                operatorTokens,
                tokenCheck,
                setupLinks,
                connections,
                providers,
                connectionChecks,
                connectionKeys,
                tokenPlace,
                domains,
                catalogues,
                mappings,
                routing,
                applications,
                applicationSecrets,
                keys,
                people,
                access,
                admins,
                consents,
                new Notices(database),
                offboarding,
                scimTokens,
                directories,
                syncRuns,
                ghosts,
                auditChain,
                apiKeys,
                keyManagement);
    }

    OpRoutes op() {
        return op;
    }

    private OpRoutes op(String url, Cookies cookies) {
        ErrorPage page = new ErrorPage(pages);
        LastWay lastWay = new LastWay(cookies);
        SignIn signIn = new SignIn(database);
        AuthorizeAnswer answer = new AuthorizeAnswer(url, database, page);
        ConsentRequests consentRequests = new ConsentRequests(database);
        Approval approval = new Approval(pages.base(), database, consents, consentRequests, answer);
        UpstreamSignOut signOut = new UpstreamSignOut(url, connections, providers, secrets, transactions, cookies);
        EndSession endSession =
                new EndSession(applications, sessions, sessionCookie, signOut, tokenCheck, page, origins);
        ClientAddress addresses = new ClientAddress(settings.trustedProxies());
        ClientAuthentication clients = new ClientAuthentication(
                applications, new ClientAssertions(url, database, gate, clock), addresses, clock);
        AuthorizeRequests requests = new AuthorizeRequests(tokenCheck);
        PushedRequests pushed = new PushedRequests(database, cookies);
        RefreshTokens refreshTokens = new RefreshTokens(database, clock);
        TokenAnswer tokenAnswer = new TokenAnswer(tokens, access);
        BearerToken bearer = new BearerToken(tokenCheck);
        AccountDoor door = new AccountDoor(pages, routing, departure, page, lastWay);
        PresentedKeys presentedKeys = new PresentedKeys(database, access, keyUses);
        ExchangedToken exchanged = new ExchangedToken(url, tokens, clock);
        return new OpRoutes(
                new Tenancy(tenants, auditChain::touched),
                new Cors(tenants, applications),
                new Discovery(url),
                new Jwks(keys),
                new ConnectionJwks(connections, connectionKeys, clock),
                new Authorize(
                        applications,
                        requests,
                        pushed,
                        routing,
                        lastWay,
                        sessions,
                        sessionCookie,
                        departure,
                        answer,
                        approval,
                        page,
                        clock),
                new Callback(
                        new Arrival(url, database, connections, transactions, upstream, domains, cookies),
                        signIn,
                        sessions,
                        sessionCookie,
                        applications,
                        answer,
                        approval,
                        new AccountArrival(pages.base(), signIn, sessions, sessionCookie, signOut, grants, page),
                        signOut,
                        grants,
                        new TestSignIns(signIn, access, connectionTests),
                        lastWay,
                        page),
                new ConsentEndpoint(
                        database,
                        applications,
                        sessions,
                        sessionCookie,
                        consents,
                        consentRequests,
                        new ConsentPage(pages, database, people, access),
                        answer,
                        page,
                        origins),
                new AccountPage(pages, people, sessions, sessionCookie, consents, apiKeys, door),
                door,
                new AccountForms(pages, sessions, sessionCookie, endSession, consents, apiKeys, page, origins),
                new PushedAuthorization(clients, requests, pushed, addresses, clock),
                new TokenEndpoint(
                        clients,
                        new CodeGrant(database, tokenAnswer, clock),
                        new RefreshGrant(
                                refreshTokens, new StillThere(vertx, connections, upstream, grants), tokenAnswer),
                        new ClientCredentialsGrant(tokens),
                        new TokenExchangeGrant(
                                new ExchangeTarget(applications),
                                new ApiKeyExchange(database, presentedKeys, tokenAnswer, exchanged),
                                new OnBehalfOfExchange(database, tokenCheck, access, tokenAnswer, exchanged))),
                new UserInfo(bearer),
                new Introspect(url, clients, tokenCheck, refreshTokens, presentedKeys),
                new Revoke(clients, refreshTokens, tokenCheck, new Revocations(database)),
                endSession,
                new RevocationsEndpoint(feed),
                new ApiKeysEndpoint(bearer, apiKeys, keyManagement, clock),
                new UpstreamLogout(connections, upstream, database));
    }
}
