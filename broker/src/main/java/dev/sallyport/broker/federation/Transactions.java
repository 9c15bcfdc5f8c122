package dev.sallyport.broker.federation;

import dev.sallyport.database.Database;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Optional;

/** Sign-ins that are under way. Taking one deletes it: whoever comes second finds nothing. */
final class Transactions {
    private final Database database;

    Transactions(Database database) {
        this.database = database;
    }

    /** A transaction that was just burnt. */
    record Burnt(
            ConnectionId connection,
            String issuer,
            String purpose,
            Buffer browserHash,
            JsonObject request,
            Instant begunAt) {
        boolean isBoundTo(String browser) {
            return Bearer.same(browserHash.getBytes(), Bearer.hash(browser));
        }

        boolean isTest() {
            return purpose.equals("test");
        }
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
                            row.getString("purpose"),
                            row.getBuffer("browser_hash"),
                            row.getJsonObject("request"),
                            row.getOffsetDateTime("created_at").toInstant()));
                });
    }
}
