package dev.sallyport.broker.application;

import dev.sallyport.database.Database;
import dev.sallyport.database.Uuid7;
import dev.sallyport.tenant.ConfigCache;
import dev.sallyport.tenant.VersionChanged;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * The secrets of an application. Two may be live at once, so that one can be replaced while every instance of the application still
 * works. A secret is shown when it is made, and known by its hash from then on.
 */
public final class ApplicationSecrets {
    private static final int MOST_LIVE = 2;
    private static final int HINT = Bearer.CLIENT_SECRET.length() + 4;

    private final Database database;
    private final ConfigCache cache;
    private final Clock clock;

    public ApplicationSecrets(Database database, ConfigCache cache, Clock clock) {
        this.database = database;
        this.cache = cache;
        this.clock = clock;
    }

    /** What making one answers: the secret as it is kept, and, this once, the secret itself. */
    public record Made(Application.Secret kept, String secret) {}

    /**
     * Makes one more and takes away those that have expired. Fails with {@link SecretRefused} if two are live or the application uses
     * none.
     */
    public Future<Made> add(Application application, Optional<Instant> expiresAt, String actor) {
        String secret = Bearer.mint(Bearer.CLIENT_SECRET);
        UUID id = Uuid7.next();
        return change(application, id, Optional.empty(), actor, "application.secret_added", tx -> tx.preparedQuery(
                        "DELETE FROM application_secrets WHERE client_id = $1 AND expires_at <= $2")
                .execute(Tuple.of(application.clientId(), clock.instant().atOffset(ZoneOffset.UTC)))
                .compose(v -> tx.preparedQuery("SELECT count(*) FROM application_secrets WHERE client_id = $1")
                        .execute(Tuple.of(application.clientId())))
                .compose(rows -> rows.iterator().next().getLong(0) >= MOST_LIVE
                        ? Future.failedFuture(
                                new SecretRefused("Two secrets are live; end or delete one of them first."))
                        : insert(tx, application.clientId(), id, secret, expiresAt))
                .map(kept -> new Made(kept, secret)));
    }

    /** Gives one an end, or takes its end away. Empty if there is none with this id. Fails with {@link VersionChanged}. */
    public Future<Optional<Application.Secret>> end(
            Application application, UUID id, Optional<Instant> at, Optional<Long> ifVersion, String actor) {
        return change(application, id, ifVersion, actor, "application.secret_changed", tx -> tx.preparedQuery(
                                "UPDATE application_secrets SET expires_at = $3 WHERE client_id = $1 AND id = $2 RETURNING *")
                        .execute(Tuple.of(application.clientId(), id, time(at)))
                        .compose(rows -> rows.size() == 0
                                ? Future.failedFuture(new NoSuchSecret())
                                : live(tx, application).map(live -> {
                                    if (live > MOST_LIVE) {
                                        throw new SecretRefused(
                                                "Two other secrets are live; end or delete one of them first.");
                                    }
                                    return Optional.of(secret(rows.iterator().next()));
                                })))
                .recover(ApplicationSecrets::none);
    }

    /** Deletes one; it is refused from the next request on. Empty if there is none with this id. Fails with {@link VersionChanged}. */
    public Future<Optional<Application.Secret>> delete(
            Application application, UUID id, Optional<Long> ifVersion, String actor) {
        return change(application, id, ifVersion, actor, "application.secret_deleted", tx -> tx.preparedQuery(
                                "DELETE FROM application_secrets WHERE client_id = $1 AND id = $2 RETURNING *")
                        .execute(Tuple.of(application.clientId(), id))
                        .compose(rows -> rows.size() == 0
                                ? Future.failedFuture(new NoSuchSecret())
                                : Future.succeededFuture(
                                        Optional.of(secret(rows.iterator().next())))))
                .recover(ApplicationSecrets::none);
    }

    static Future<Application.Secret> insert(
            SqlConnection tx, String clientId, UUID id, String secret, Optional<Instant> expiresAt) {
        return tx.preparedQuery("""
                        INSERT INTO application_secrets (client_id, id, secret_hash, hint, expires_at) VALUES ($1, $2, $3, $4, $5) RETURNING *""")
                .execute(Tuple.of(
                        clientId, id, Buffer.buffer(Bearer.hash(secret)), secret.substring(0, HINT), time(expiresAt)))
                .map(rows -> secret(rows.iterator().next()));
    }

    /** For an application that uses secrets no more. */
    static Future<Void> clear(SqlConnection tx, String clientId) {
        return tx.preparedQuery("DELETE FROM application_secrets WHERE client_id = $1")
                .execute(Tuple.of(clientId))
                .mapEmpty();
    }

    /** One change, under the application's lock and with its version, audited. */
    private <T> Future<T> change(
            Application application,
            UUID id,
            Optional<Long> ifVersion,
            String actor,
            String action,
            Function<SqlConnection, Future<T>> work) {
        return database.platformTransaction(tx -> tx.preparedQuery("""
                                UPDATE applications SET version = version + 1, updated_at = now() WHERE client_id = $1
                                RETURNING version - 1 AS before, token_endpoint_auth_method AS method""")
                        .execute(Tuple.of(application.clientId()))
                        .compose(rows -> {
                            Optional<Row> row = rows.size() == 0
                                    ? Optional.empty()
                                    : Optional.of(rows.iterator().next());
                            if (row.isEmpty()
                                    || (ifVersion.isPresent()
                                            && ifVersion.get()
                                                    != row.get()
                                                            .getLong("before")
                                                            .longValue())) {
                                return Future.failedFuture(new VersionChanged());
                            }
                            if (!row.get().getString("method").startsWith("client_secret")) {
                                return Future.failedFuture(
                                        new SecretRefused("The application does not authenticate by a secret."));
                            }
                            return work.apply(tx);
                        })
                        .compose(done -> Applications.platformAudit(
                                        tx, actor, action, application, new JsonObject().put("secret", id.toString()))
                                .map(done)))
                .onSuccess(done -> cache.dropAll());
    }

    private Future<Long> live(SqlConnection tx, Application application) {
        return tx.preparedQuery("""
                        SELECT count(*) FROM application_secrets WHERE client_id = $1 AND (expires_at IS NULL OR expires_at > $2)""")
                .execute(Tuple.of(application.clientId(), clock.instant().atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    private static <T> Future<Optional<T>> none(Throwable failure) {
        return failure instanceof NoSuchSecret
                ? Future.succeededFuture(Optional.empty())
                : Future.failedFuture(failure);
    }

    private static Application.Secret secret(Row row) {
        return new Application.Secret(
                row.getUUID("id"),
                row.getBuffer("secret_hash"),
                Optional.ofNullable(row.getString("hint")),
                row.getOffsetDateTime("created_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("expires_at")).map(OffsetDateTime::toInstant));
    }

    private static OffsetDateTime time(Optional<Instant> instant) {
        return instant.map(i -> i.atOffset(ZoneOffset.UTC)).orElse(null);
    }

    /** What would be there already, or cannot be there. */
    public static final class SecretRefused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        SecretRefused(String message) {
            super(message, null, false, false);
        }
    }

    /** Undoes the transaction when there is nothing to change. */
    private static final class NoSuchSecret extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoSuchSecret() {
            super("no such secret", null, false, false);
        }
    }
}
