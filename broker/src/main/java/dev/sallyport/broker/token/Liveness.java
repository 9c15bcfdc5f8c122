package dev.sallyport.broker.token;

import dev.sallyport.broker.people.Person;
import dev.sallyport.database.Database;
import dev.sallyport.database.Gathering;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Asks the database whether what stands behind an access token is live this very moment: the person on, the session open, the connection
 * and the application in use, and nothing of it cut off. One statement for all tokens that wait. Cut-offs of persons and tenants are compared
 * with the beginning of the session, which is exact, not with the token's time, which is in whole seconds.
 */
final class Liveness {
    private static final String CUT_OFF = """
            (SELECT true FROM (VALUES ('jti', a.jti), ('session', a.session_id::text), ('family', a.family), ('kid', a.kid)) AS of (kind, value)
              CROSS JOIN LATERAL (SELECT 1 FROM revocations r WHERE r.kind = of.kind AND r.value = of.value LIMIT 1) AS r
              LIMIT 1) IS NOT NULL""";

    /** Of a token that was got on somebody's behalf, the application that it is for must be in use too. */
    private static final String FOR_SOMEBODY = """
             (a.audience IS NULL OR (SELECT true FROM tenant_applications f WHERE f.audience = a.audience LIMIT 1) IS NOT NULL)""";

    private static final String PERSONS = """
            SELECT a.n,""" + " " + Person.COLUMNS + """
             FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $8::text[]) WITH ORDINALITY
              AS a (user_id, session_id, client_id, jti, kid, family, audience, n)
            CROSS JOIN LATERAL (SELECT * FROM users u WHERE u.id = a.user_id OFFSET 0) AS u
            CROSS JOIN LATERAL (SELECT * FROM sessions s WHERE s.id = a.session_id OFFSET 0) AS s
            CROSS JOIN LATERAL (SELECT 1 FROM tenant_applications t WHERE t.client_id = a.client_id OFFSET 0) AS t
            CROSS JOIN LATERAL (SELECT * FROM connections c WHERE c.id = s.connection_id OFFSET 0) AS c
            WHERE s.user_id = u.id AND c.status = 'active' AND u.status = 'active' AND (u.not_before IS NULL OR u.not_before < s.created_at)
              AND ($7::timestamptz IS NULL OR $7 < s.created_at) AND s.ended_at IS NULL AND s.expires_at > now()
              AND (NOT (SELECT third_party FROM applications p WHERE p.client_id = a.client_id)
                OR (SELECT true FROM consents y WHERE y.user_id = u.id AND y.client_id = a.client_id) IS NOT NULL)
              AND""" + FOR_SOMEBODY + " AND NOT " + CUT_OFF;

    /** Of a token that an API key was exchanged for: the key stands where the session stands (B12). */
    private static final String BY_KEY = "SELECT " + Person.COLUMNS + """
             FROM (SELECT $3::text AS client_id, $4::text AS jti, NULL::uuid AS session_id, NULL::text AS family, $5::text AS kid, $7::text AS audience) AS a
            JOIN tenant_applications t ON t.client_id = a.client_id
            CROSS JOIN users u JOIN api_keys k ON k.tenant_id = u.tenant_id AND k.user_id = u.id
            WHERE u.id = $1 AND u.status = 'active' AND (u.not_before IS NULL OR u.not_before < k.created_at)
              AND ($6::timestamptz IS NULL OR $6 < k.created_at)
              AND k.id = $2 AND k.ended_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
              AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.kind = 'api_key' AND r.value = k.id::text AND r.not_before >= $8)
              AND""" + FOR_SOMEBODY + " AND NOT " + CUT_OFF;

    private static final String APPLICATION = """
            SELECT 1 FROM (SELECT $1::text AS client_id, $2::text AS jti, NULL::uuid AS session_id, NULL::text AS family, $3::text AS kid) AS a
            JOIN tenant_applications t ON t.client_id = a.client_id
            WHERE NOT\s""" + CUT_OFF;

    private final Database database;
    private final Gathering<Asked, Optional<Person>> gathering = new Gathering<>(asked -> null, this::ask);

    Liveness(Database database) {
        this.database = database;
    }

    private record Asked(VerifiedToken token, OffsetDateTime tenantCutoff) {}

    /** The person whom a token is about, if it is good now; empty if it is not, or if it is about no person. */
    Future<Optional<Person>> person(Tenant tenant, VerifiedToken token) {
        if (token.user().isEmpty()
                || (token.session().isEmpty() && token.apiKey().isEmpty())) {
            return Future.succeededFuture(Optional.empty());
        }
        return token.apiKey().isPresent()
                ? database.tenants()
                        .query(tenant.id(), BY_KEY, byKey(tenant, token))
                        .map(Liveness::first)
                : gathering.ask(tenant.id(), new Asked(token, RefreshTokens.cutoff(tenant)));
    }

    /** The same within a transaction, until whose end the session or the API key behind the token stays as it is. */
    Future<Optional<Person>> hold(SqlConnection tx, Tenant tenant, VerifiedToken token) {
        if (token.user().isEmpty()
                || (token.session().isEmpty() && token.apiKey().isEmpty())) {
            return Future.succeededFuture(Optional.empty());
        }
        // What waited for the lock looks again afterwards, with the same statement as everybody.
        return token.apiKey().isPresent()
                ? tx.preparedQuery("SELECT 1 FROM api_keys k WHERE k.id = $1 FOR SHARE")
                        .execute(Tuple.of(token.apiKey().get()))
                        .compose(v -> tx.preparedQuery(BY_KEY).execute(byKey(tenant, token)))
                        .map(Liveness::first)
                : tx.preparedQuery("SELECT 1 FROM sessions s WHERE s.id = $1 FOR SHARE")
                        .execute(Tuple.of(token.session().get()))
                        .compose(v -> tx.preparedQuery(PERSONS)
                                .execute(arguments(List.of(new Asked(token, RefreshTokens.cutoff(tenant))))))
                        .map(Liveness::first);
    }

    private static Optional<Person> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(Person.of(rows.iterator().next()));
    }

    private static Tuple byKey(Tenant tenant, VerifiedToken token) {
        return Tuple.from(Arrays.asList(
                token.user().get(),
                token.apiKey().get(),
                token.clientId(),
                token.claims().getJWTID(),
                token.kid(),
                RefreshTokens.cutoff(tenant),
                audience(token),
                token.issuedAt().atOffset(ZoneOffset.UTC)));
    }

    private static String audience(VerifiedToken token) {
        return token.isDelegated() ? token.audience() : null;
    }

    /** Whether an application's own token is good now. */
    Future<Boolean> application(Tenant tenant, VerifiedToken token) {
        boolean cutOff =
                tenant.notBefore().map(t -> !token.issuedAt().isAfter(t)).orElse(false);
        return cutOff
                ? Future.succeededFuture(false)
                : database.tenants()
                        .query(
                                tenant.id(),
                                APPLICATION,
                                Tuple.of(token.clientId(), token.claims().getJWTID(), token.kid()))
                        .map(rows -> rows.size() == 1);
    }

    private Future<List<Optional<Person>>> ask(TenantId tenant, List<Asked> asked) {
        return database.tenants().query(tenant, PERSONS, arguments(asked)).map(rows -> {
            List<Optional<Person>> answers = new ArrayList<>(Collections.nCopies(asked.size(), Optional.empty()));
            for (Row row : rows) {
                answers.set(row.getLong("n").intValue() - 1, Optional.of(Person.of(row)));
            }
            return answers;
        });
    }

    private static Tuple arguments(List<Asked> asked) {
        return Tuple.tuple()
                .addArrayOfUUID(ids(asked, token -> token.user().get()))
                .addArrayOfUUID(ids(asked, token -> token.session().get()))
                .addArrayOfString(texts(asked, VerifiedToken::clientId))
                .addArrayOfString(texts(asked, token -> token.claims().getJWTID()))
                .addArrayOfString(texts(asked, VerifiedToken::kid))
                .addArrayOfString(texts(asked, VerifiedToken::family))
                .addOffsetDateTime(asked.get(asked.size() - 1).tenantCutoff())
                .addArrayOfString(texts(asked, Liveness::audience));
    }

    private static UUID[] ids(List<Asked> asked, Function<VerifiedToken, UUID> read) {
        return asked.stream().map(each -> read.apply(each.token())).toArray(UUID[]::new);
    }

    private static String[] texts(List<Asked> asked, Function<VerifiedToken, String> read) {
        return asked.stream().map(each -> read.apply(each.token())).toArray(String[]::new);
    }
}
