package dev.sallyport.tenant.setup;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionTests.Kind;
import dev.sallyport.tenant.connection.ConnectionTests.Outcome;
import dev.sallyport.tenant.connection.Succession;
import dev.sallyport.tenant.connection.Succession.Standing;
import dev.sallyport.tenant.domain.Domain;
import dev.sallyport.tenant.mapping.StoredMapping;
import dev.sallyport.tenant.setup.DirectorySettings.Current;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * How far a tenant's setup is.
 *
 * @param connection the one that the wizard works on: {@link Succession#current}
 * @param former the one that it replaces
 * @param succession how far it is in that
 * @param checks what the last checks of it found
 * @param signIn what the last test sign-in through it found
 */
record SetupState(
        Tenant tenant,
        Optional<Connection> connection,
        Optional<Outcome> checks,
        Optional<Outcome> signIn,
        StoredMapping mapping,
        Optional<Current> directory,
        List<Domain> domains,
        Accounts accounts,
        Optional<Connection> former,
        Standing succession) {

    /** Whether people can sign in. */
    boolean live() {
        return tenant.isActive() && connection.map(Connection::isActive).orElse(false);
    }

    boolean checksGood() {
        return checks.filter(outcome -> outcome.ok()
                        && connection
                                .map(c -> !outcome.at().isBefore(c.updatedAt()))
                                .orElse(false))
                .isPresent();
    }

    /** Whether somebody signed in through it within the last hour, as it is now. */
    boolean tested() {
        return signIn.filter(Outcome::vouches).isPresent();
    }

    static Future<SetupState> load(SetupParts parts, Tenant tenant) {
        TenantId id = tenant.id();
        Future<List<Connection>> all = parts.connections().list(id);
        Future<Optional<Connection>> connection = all.map(Succession::current);
        Future<Standing> succession = connection.compose(found -> found.flatMap(
                        c -> c.rollout().replaces().map(former -> Succession.standing(parts.database(), id, c.id())))
                .orElseGet(() -> Future.succeededFuture(new Standing(false, 0, 0))));
        Future<Optional<Outcome>> checks = connection.compose(found -> latest(parts, id, found, Kind.CHECKS));
        Future<Optional<Outcome>> signIn = connection.compose(found -> latest(parts, id, found, Kind.SIGN_IN));
        Future<StoredMapping> mapping = parts.mappings().load(id);
        Future<Optional<Current>> directory = parts.directories().current(id);
        Future<List<Domain>> domains = parts.domains().list(id);
        Future<Accounts> accounts =
                connection.compose(found -> Accounts.count(parts.database(), id, found.map(Connection::id)));
        return Future.all(List.of(checks, signIn, mapping, directory, domains, accounts, succession))
                .map(done -> new SetupState(
                        tenant,
                        connection.result(),
                        checks.result(),
                        signIn.result(),
                        mapping.result(),
                        directory.result(),
                        domains.result(),
                        accounts.result(),
                        former(connection.result(), all.result()),
                        succession.result()));
    }

    private static Optional<Connection> former(Optional<Connection> heir, List<Connection> all) {
        return heir.flatMap(c -> c.rollout().replaces())
                .flatMap(id -> all.stream().filter(c -> c.id().equals(id)).findFirst());
    }

    private static Future<Optional<Outcome>> latest(
            SetupParts parts, TenantId tenant, Optional<Connection> connection, Kind kind) {
        return connection
                .map(found -> parts.tests().latest(tenant, found.id(), kind))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }
}
