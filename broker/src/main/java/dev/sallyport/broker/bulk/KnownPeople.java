package dev.sallyport.broker.bulk;

import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads what is known of the people in a file. The database's own {@code lower} says which user names are the same. */
final class KnownPeople {
    private static final String ACCOUNTS = """
            SELECT w.name AS wanted, u.id, u.status, u.source, u.email, u.display_name, u.given_name, u.family_name,
              EXISTS (SELECT 1 FROM identities i WHERE i.tenant_id = $1 AND i.user_id = u.id) AS linked,
              a.user_id IS NOT NULL AS awaits, a.subject AS awaited_subject,
              ARRAY(SELECT g.value FROM memberships m JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
                    WHERE m.tenant_id = $1 AND m.user_id = u.id AND g.source = $2::uuid::text) AS groups,
              ARRAY(SELECT d.role FROM grants d WHERE d.tenant_id = $1 AND d.user_id = u.id) AS roles
            FROM unnest($3::text[]) AS w (name) JOIN users u ON u.tenant_id = $1 AND u.user_name_key = lower(w.name)
            LEFT JOIN awaited_identities a ON a.tenant_id = $1 AND a.user_id = u.id AND a.connection_id = $2::uuid
            WHERE u.status <> 'offboarded'""";
    private static final String LEFT = """
            SELECT w.text AS wanted FROM unnest($2::text[]) AS w (text)
            WHERE EXISTS (SELECT 1 FROM users u WHERE u.tenant_id = $1 AND u.status IN ('suspended', 'offboarded')
                          AND u.user_name_key = lower(w.text))
               OR EXISTS (SELECT 1 FROM users u WHERE u.tenant_id = $1 AND u.status IN ('suspended', 'offboarded')
                          AND u.email_key = lower(w.text))""";
    private static final String SUBJECTS = """
            SELECT subject AS wanted, user_id FROM identities WHERE tenant_id = $1 AND connection_id = $2 AND subject = ANY ($3)
            UNION ALL
            SELECT subject, user_id FROM awaited_identities WHERE tenant_id = $1 AND connection_id = $2 AND subject = ANY ($3)""";
    private static final String AWAITED = """
            SELECT w.name AS wanted, a.user_id FROM unnest($3::text[]) AS w (name)
            JOIN awaited_identities a ON a.tenant_id = $1 AND a.connection_id = $2 AND a.user_name_key = lower(w.name)""";

    private KnownPeople() {}

    static Future<Known> of(SqlConnection tx, TenantId tenant, ConnectionId connection, List<PersonRow> rows) {
        List<PersonRow> sound =
                rows.stream().filter(row -> row.faults().isEmpty()).toList();
        String[] names = sound.stream().map(PersonRow::userName).toArray(String[]::new);
        String[] texts = Stream.concat(
                        sound.stream().map(PersonRow::userName), sound.stream().flatMap(row -> row.email().stream()))
                .distinct()
                .toArray(String[]::new);
        String[] subjects =
                sound.stream().flatMap(row -> row.subject().stream()).toArray(String[]::new);
        var accounts = tx.preparedQuery(ACCOUNTS).execute(Tuple.of(tenant.value(), connection.value(), (Object) names));
        var left = tx.preparedQuery(LEFT).execute(Tuple.of(tenant.value(), (Object) texts));
        var bySubject =
                tx.preparedQuery(SUBJECTS).execute(Tuple.of(tenant.value(), connection.value(), (Object) subjects));
        var awaited = tx.preparedQuery(AWAITED).execute(Tuple.of(tenant.value(), connection.value(), (Object) names));
        return Future.all(accounts, left, bySubject, awaited).map(done -> {
            Map<String, Known.Account> byName = new HashMap<>();
            accounts.result().forEach(row -> byName.put(row.getString("wanted"), account(row)));
            Set<String> gone = new HashSet<>();
            left.result().forEach(row -> gone.add(row.getString("wanted")));
            return new Known(byName, gone, users(bySubject.result()), users(awaited.result()));
        });
    }

    private static Map<String, UserId> users(Iterable<Row> rows) {
        Map<String, UserId> users = new HashMap<>();
        rows.forEach(row -> users.put(row.getString("wanted"), new UserId(row.getUUID("user_id"))));
        return users;
    }

    private static Known.Account account(Row row) {
        String source = row.getString("source");
        return new Known.Account(
                new UserId(row.getUUID("id")),
                row.getString("status").equals("suspended"),
                source.equals("scim") || source.equals("directory"),
                Optional.ofNullable(row.getString("email")),
                Optional.ofNullable(row.getString("display_name")),
                Optional.ofNullable(row.getString("given_name")),
                Optional.ofNullable(row.getString("family_name")),
                row.getBoolean("linked"),
                row.getBoolean("awaits"),
                Optional.ofNullable(row.getString("awaited_subject")),
                Set.of(row.getArrayOfStrings("groups")),
                Set.of(row.getArrayOfStrings("roles")));
    }
}
