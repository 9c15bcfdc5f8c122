package dev.sallyport.broker.federation;

import dev.sallyport.broker.web.Cookies;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/** Visits to the IdP that are under way, each bound to one browser. Taking one deletes it: whoever comes second finds nothing. */
public final class Transactions {
    /** How long a person may take at the IdP. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);
    /** Where transaction cookies live below the tenant's path. */
    static final String COOKIE_PATH = "/federation";

    private final Database database;

    public Transactions(Database database) {
        this.database = database;
    }

    /** A transaction that was just begun: its state goes to the IdP, the browser's secret into its cookie; both are kept as SHA-256. */
    record Begun(String state, String browser) {
        Cookie cookie(Cookies cookies, Tenant tenant) {
            return cookies.make(tenant, COOKIE_PATH, cookieName(state), browser, PATIENCE);
        }
    }

    /** A transaction that was just burnt. */
    record Burnt(
            ConnectionId connection,
            String issuer,
            Purpose purpose,
            Buffer browserHash,
            JsonObject request,
            Instant begunAt) {
        boolean isBoundTo(String browser) {
            return Bearer.same(browserHash.getBytes(), Bearer.hash(browser));
        }

        boolean isTest() {
            return purpose == Purpose.TEST;
        }
    }

    /** One cookie per transaction, so that several tabs can sign in at once. */
    static String cookieName(String state) {
        return "sallyport_tx_" + HexFormat.of().formatHex(Bearer.hash(state), 0, 8);
    }

    /** Stores a transaction. */
    Future<Begun> begin(Tenant tenant, Connection connection, Purpose purpose, JsonObject request) {
        Begun begun = new Begun(Bearer.random(32), Bearer.random(32));
        return database.tenants()
                .query(
                        tenant.id(),
                        """
                        INSERT INTO login_transactions (tenant_id, state_hash, connection_id, issuer, purpose, browser_hash, request, expires_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8))""",
                        Tuple.tuple()
                                .addUUID(tenant.id().value())
                                .addBuffer(Buffer.buffer(Bearer.hash(begun.state())))
                                .addUUID(connection.id().value())
                                .addString(connection.issuer())
                                .addString(purpose.word())
                                .addBuffer(Buffer.buffer(Bearer.hash(begun.browser())))
                                .addJsonObject(request)
                                .addDouble((double) PATIENCE.toSeconds()))
                .map(begun);
    }

    /** Burns the transaction of a state; empty if there is none, or its time is over. */
    Future<Optional<Burnt>> burn(Tenant tenant, String state) {
        return database.tenants()
                .query(tenant.id(), """
                        DELETE FROM login_transactions WHERE state_hash = $1
                        RETURNING connection_id, issuer, purpose, browser_hash, request, created_at, expires_at > now() AS in_time""", Tuple.of(Buffer.buffer(Bearer.hash(state))))
                .map(rows -> {
                    if (rows.size() == 0 || !rows.iterator().next().getBoolean("in_time")) {
                        return Optional.empty();
                    }
                    var row = rows.iterator().next();
                    return Optional.of(new Burnt(
                            new ConnectionId(row.getUUID("connection_id")),
                            row.getString("issuer"),
                            Purpose.of(row.getString("purpose")),
                            row.getBuffer("browser_hash"),
                            row.getJsonObject("request"),
                            row.getOffsetDateTime("created_at").toInstant()));
                });
    }
}
