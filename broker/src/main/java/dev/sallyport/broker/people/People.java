package dev.sallyport.broker.people;

import dev.sallyport.database.Database;
import dev.sallyport.database.TenantId;
import dev.sallyport.tenant.UserId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Reads people. What turns somebody on or off is {@link SignIn}, the directory, an import or offboarding, never this class. */
public final class People {
    private final Database database;

    public People(Database database) {
        this.database = database;
    }

    /** One person. */
    public Future<Optional<Person>> find(TenantId tenant, UserId user) {
        return database.tenants()
                .query(tenant, "SELECT " + Person.COLUMNS + " FROM users u WHERE u.id = $1", Tuple.of(user.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(Person.of(rows.iterator().next())));
    }

    /**
     * People in the order of their ids.
     *
     * @param after the last id of the page before
     * @param status empty for all
     * @param text part of user name, e-mail or name; empty for all
     */
    public Future<List<Person>> list(
            TenantId tenant, UUID after, Optional<String> status, Optional<String> text, int limit) {
        String like = text.map(
                        t -> "%" + t.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%")
                .orElse(null);
        return database.tenants()
                .query(
                        tenant,
                        "SELECT " + Person.COLUMNS + """
                         FROM users u WHERE u.id > $1 AND ($2::text IS NULL OR u.status = $2)
                           AND ($3::text IS NULL OR u.user_name ILIKE $3 OR u.email ILIKE $3 OR u.display_name ILIKE $3)
                         ORDER BY u.id LIMIT $4""",
                        Tuple.from(Arrays.asList(after, status.orElse(null), like, limit)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(Person::of)
                        .toList());
    }

    /** The groups that a person is in: pairs of source and value. */
    public Future<List<String[]>> groups(TenantId tenant, UserId user) {
        return database.tenants().query(tenant, """
                        SELECT g.source, g.value FROM memberships m JOIN groups g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
                        WHERE m.user_id = $1 ORDER BY g.source, g.value""", Tuple.of(user.value())).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map((Row r) -> new String[] {r.getString("source"), r.getString("value")})
                .toList());
    }
}
