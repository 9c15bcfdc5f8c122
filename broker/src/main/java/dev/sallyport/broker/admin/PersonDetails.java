package dev.sallyport.broker.admin;

import dev.sallyport.broker.people.Person;
import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Reads people for the API: the list with its filters, and all that belongs to one person. */
final class PersonDetails {
    // Beginnings are compared as text and not as a pattern, so that % and _ mean themselves.
    private static final String LIST = "SELECT " + Person.COLUMNS + """
             FROM users u WHERE u.tenant_id = $1 AND ($2::uuid IS NULL OR u.id > $2::uuid) AND ($3::text IS NULL OR u.status = $3)
              AND ($4::text IS NULL OR u.email_key = lower($4))
              AND ($5::text IS NULL OR starts_with(u.user_name_key, lower($5)) OR starts_with(u.email_key, lower($5))
                OR starts_with(lower(u.display_name), lower($5)) OR starts_with(lower(u.given_name), lower($5))
                OR starts_with(lower(u.family_name), lower($5)))
            ORDER BY u.id LIMIT $6""";
    private static final String IDENTITIES = """
            SELECT connection_id, issuer, subject, created_at, last_used_at FROM identities
            WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, id""";
    private static final String GROUPS = """
            SELECT g.source, g.value, g.display_name FROM memberships m
            JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
            WHERE m.tenant_id = $1 AND m.user_id = $2 ORDER BY g.source, g.value""";
    private static final String DIRECTORY = """
            SELECT source, resource_id, external_id, active AND absent_since IS NULL AS active, last_seen_at FROM directory_accounts
            WHERE tenant_id = $1 AND user_id = $2 ORDER BY source""";
    private static final String RECEIPT = """
            SELECT id FROM offboardings WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at DESC, id DESC LIMIT 1""";

    private final Database database;

    PersonDetails(Database database) {
        this.database = database;
    }

    /**
     * People in the order of their ids.
     *
     * @param text the beginning of a name or an address
     */
    Future<List<Person>> list(
            TenantId tenant,
            Optional<UUID> after,
            Optional<String> status,
            Optional<String> email,
            Optional<String> text,
            int limit) {
        Tuple arguments = Tuple.from(Arrays.asList(
                tenant.value(), after.orElse(null), status.orElse(null), email.orElse(null), text.orElse(null), limit));
        return database.tenants().query(tenant, LIST, arguments).map(rows -> all(rows, Person::of));
    }

    /** What belongs to a person: identities, groups, what the directory says, the last receipt. */
    Future<JsonObject> of(TenantId tenant, Person person) {
        Tuple key = Tuple.of(tenant.value(), person.id().value());
        return database.tenants().transaction(tenant, tx -> {
            var identities = tx.preparedQuery(IDENTITIES).execute(key);
            var groups = tx.preparedQuery(GROUPS).execute(key);
            var directory = tx.preparedQuery(DIRECTORY).execute(key);
            var receipt = tx.preparedQuery(RECEIPT).execute(key);
            return Future.all(identities, groups, directory, receipt).map(done -> PersonJson.of(person)
                    .put("identities", array(identities.result(), PersonDetails::identity))
                    .put("groups", array(groups.result(), PersonDetails::group))
                    .put("directory", array(directory.result(), PersonDetails::account))
                    .put(
                            "offboarding",
                            receipt.result().size() == 0
                                    ? null
                                    : receipt.result()
                                            .iterator()
                                            .next()
                                            .getUUID("id")
                                            .toString()));
        });
    }

    private static JsonObject identity(Row row) {
        return new JsonObject()
                .put("connection", row.getUUID("connection_id").toString())
                .put("issuer", row.getString("issuer"))
                .put("subject", row.getString("subject"))
                .put("created_at", Times.text(row.getOffsetDateTime("created_at")))
                .put("last_used_at", Times.text(row.getOffsetDateTime("last_used_at")));
    }

    private static JsonObject group(Row row) {
        return new JsonObject()
                .put("source", row.getString("source"))
                .put("group", row.getString("value"))
                .put("display_name", row.getString("display_name"));
    }

    private static JsonObject account(Row row) {
        return new JsonObject()
                .put("source", row.getString("source"))
                .put("resource_id", row.getString("resource_id"))
                .put("external_id", row.getString("external_id"))
                .put("active", row.getBoolean("active"))
                .put("last_seen_at", Times.text(row.getOffsetDateTime("last_seen_at")));
    }

    private static JsonArray array(RowSet<Row> rows, Function<Row, JsonObject> json) {
        return new JsonArray(all(rows, json));
    }

    private static <T> List<T> all(RowSet<Row> rows, Function<Row, T> read) {
        return StreamSupport.stream(rows.spliterator(), false).map(read).toList();
    }
}
