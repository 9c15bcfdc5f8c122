package dev.sallyport.broker.token;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.UUID;

/** Cut-offs of access tokens that are out. */
public final class Revocations {
    private final Database database;

    public Revocations(Database database) {
        this.database = database;
    }

    /** Cuts one token off. */
    public Future<Void> revokeToken(Tenant tenant, Applications.Client client, VerifiedToken token) {
        OffsetDateTime expiry = token.claims()
                .getExpirationTime()
                .toInstant()
                .atOffset(ZoneOffset.UTC)
                .plusMinutes(2);
        return database.tenants().transaction(tenant.id(), tx -> tx.preparedQuery("""
                        INSERT INTO revocations (tenant_id, kind, value, not_before, expires_at) VALUES ($1, 'jti', $2, now(), $3)""")
                .execute(Tuple.of(tenant.id().value(), token.claims().getJWTID(), expiry))
                .compose(v -> AuditTrail.append(
                        tx,
                        tenant.id(),
                        AuditEvent.of(
                                "application:" + client.id(),
                                "access_token.revoked",
                                "jti:" + token.claims().getJWTID()))));
    }

    /** Cuts off the access tokens that came with a family of refresh tokens; none of it may be used any more. */
    static Future<Void> cutFamily(SqlConnection tx, TenantId tenant, UUID family) {
        return tx.preparedQuery("""
                        INSERT INTO revocations (tenant_id, kind, value, not_before, expires_at)
                        VALUES ($1, 'family', $2, clock_timestamp(), clock_timestamp() + interval '10 minutes')""")
                .execute(Tuple.of(tenant.value(), family.toString()))
                .mapEmpty();
    }

    /** The tenant's feed as it is now. */
    Future<Feed> read(TenantId tenant) {
        return database.tenants().query(tenant, """
                        SELECT seq, kind, value, not_before, expires_at FROM revocations WHERE expires_at > now() ORDER BY seq""", Tuple.tuple()).map(rows -> {
            JsonArray cutoffs = new JsonArray();
            long version = 0;
            for (Row row : rows) {
                version = Math.max(version, row.getLong("seq"));
                cutoffs.add(new JsonObject()
                        .put("kind", row.getString("kind"))
                        .put("value", row.getString("value"))
                        .put("not_before", seconds(row.getOffsetDateTime("not_before")))
                        .put("expires_at", seconds(row.getOffsetDateTime("expires_at"))));
            }
            return Feed.of(new JsonObject()
                    .put("version", version)
                    .put("cutoffs", cutoffs)
                    .toBuffer());
        });
    }

    private static double seconds(OffsetDateTime time) {
        return time.toInstant().toEpochMilli() / 1_000.0;
    }

    /** A picture of the feed. Its tag is of the whole content: sequence numbers may commit out of order, and entries leave by themselves. */
    record Feed(String etag, Buffer json) {
        static Feed of(Buffer json) {
            byte[] hash = Bearer.hash(json.toString());
            return new Feed(
                    '"'
                            + Base64.getUrlEncoder()
                                    .withoutPadding()
                                    .encodeToString(hash)
                                    .substring(0, 22)
                            + '"',
                    json);
        }
    }
}
