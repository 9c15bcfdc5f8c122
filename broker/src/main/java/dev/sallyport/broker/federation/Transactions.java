package dev.sallyport.broker.federation;

import dev.sallyport.broker.web.Cookies;
import dev.sallyport.database.Database;
import dev.sallyport.database.Gathering;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Visits to the IdP that are under way, each bound to one browser. Taking one deletes it: whoever comes second finds nothing. */
public final class Transactions {
    /** How long a person may take at the IdP. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);
    /** Where transaction cookies live below the tenant's path. */
    static final String COOKIE_PATH = "/federation";

    private static final String BEGIN = """
            INSERT INTO login_transactions (tenant_id, state_hash, connection_id, issuer, purpose, browser_hash, request, expires_at)
            SELECT $1, n.state_hash, n.connection_id, n.issuer, n.purpose, n.browser_hash, n.request, now() + make_interval(secs => $2)
            FROM unnest($3::bytea[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::jsonb[])
              AS n (state_hash, connection_id, issuer, purpose, browser_hash, request)""";

    private static final String BURN = """
            DELETE FROM login_transactions WHERE state_hash = ANY ($1)
            RETURNING state_hash, connection_id, issuer, purpose, browser_hash, request, created_at, expires_at > now() AS in_time""";

    private final Database database;
    private final Gathering<Begun, Void> beginning = new Gathering<>(begun -> null, this::insert);
    private final Gathering<Buffer, Optional<Burnt>> burning = new Gathering<>(hash -> hash, this::delete);

    public Transactions(Database database) {
        this.database = database;
    }

    /**
     * A visit that begins: its state goes to the IdP, the browser's secret into its cookie; both are kept as SHA-256.
     *
     * @param request what is remembered meanwhile
     */
    record Begun(
            String state, String browser, ConnectionId connection, String issuer, Purpose purpose, JsonObject request) {
        static Begun of(Connection connection, Purpose purpose, JsonObject request) {
            return new Begun(
                    Bearer.random(32), Bearer.random(32), connection.id(), connection.issuer(), purpose, request);
        }

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
        private static Burnt of(Row row) {
            return new Burnt(
                    new ConnectionId(row.getUUID("connection_id")),
                    row.getString("issuer"),
                    Purpose.of(row.getString("purpose")),
                    row.getBuffer("browser_hash"),
                    row.getJsonObject("request"),
                    row.getOffsetDateTime("created_at").toInstant());
        }

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

    /** Remembers a visit. */
    Future<Void> begin(TenantId tenant, Begun begun) {
        return beginning.ask(tenant, begun);
    }

    /** Burns the transaction of a state; empty if there is none, or its time is over. */
    Future<Optional<Burnt>> burn(Tenant tenant, String state) {
        return burning.ask(tenant.id(), Buffer.buffer(Bearer.hash(state)));
    }

    private Future<List<Void>> insert(TenantId tenant, List<Begun> all) {
        Tuple arguments = Tuple.tuple()
                .addUUID(tenant.value())
                .addDouble((double) PATIENCE.toSeconds())
                .addArrayOfBuffer(hashes(all, Begun::state))
                .addArrayOfUUID(all.stream().map(b -> b.connection().value()).toArray(UUID[]::new))
                .addArrayOfString(all.stream().map(Begun::issuer).toArray(String[]::new))
                .addArrayOfString(all.stream().map(b -> b.purpose().word()).toArray(String[]::new))
                .addArrayOfBuffer(hashes(all, Begun::browser))
                .addArrayOfJsonObject(all.stream().map(Begun::request).toArray(JsonObject[]::new));
        return database.tenants().query(tenant, BEGIN, arguments).map(Collections.nCopies(all.size(), null));
    }

    private static Buffer[] hashes(List<Begun> all, Function<Begun, String> secret) {
        return all.stream()
                .map(b -> Buffer.buffer(Bearer.hash(secret.apply(b))))
                .toArray(Buffer[]::new);
    }

    private Future<List<Optional<Burnt>>> delete(TenantId tenant, List<Buffer> states) {
        return database.tenants()
                .query(tenant, BURN, Tuple.tuple().addArrayOfBuffer(states.toArray(Buffer[]::new)))
                .map(rows -> {
                    Map<Buffer, Burnt> burnt = new HashMap<>();
                    rows.forEach(row -> {
                        if (row.getBoolean("in_time")) {
                            burnt.put(row.getBuffer("state_hash"), Burnt.of(row));
                        }
                    });
                    return states.stream()
                            .map(state -> Optional.ofNullable(burnt.get(state)))
                            .toList();
                });
    }
}
