package dev.sallyport.tenant.mapping;

import dev.sallyport.database.TenantId;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.roles.MappingRule;
import dev.sallyport.roles.RoleMapping;
import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The statements on {@code role_rules}, {@code role_rule_roles} and {@code role_mappings}. */
final class MappingRows {
    private static final String RULES = """
            SELECT r.id, r.source, r.group_value, r.expires_at, r.reason,
                   (SELECT array_agg(o.role) FROM role_rule_roles o WHERE o.tenant_id = r.tenant_id AND o.rule_id = r.id) AS roles
            FROM role_rules r WHERE r.tenant_id = $1 ORDER BY r.created_at, r.id""";
    private static final String LOCK = """
            INSERT INTO role_mappings (tenant_id, version) VALUES ($1, 0)
            ON CONFLICT (tenant_id) DO UPDATE SET version = role_mappings.version RETURNING version""";
    private static final String UPSERT = """
            INSERT INTO role_rules (tenant_id, id, source, group_value, expires_at, reason, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (tenant_id, id) DO UPDATE SET source = excluded.source, group_value = excluded.group_value,
              expires_at = excluded.expires_at, reason = excluded.reason""";
    private static final String INSERT_ROLE =
            "INSERT INTO role_rule_roles (tenant_id, rule_id, role) VALUES ($1, $2, $3)";
    private static final String NEXT = """
            UPDATE role_mappings SET version = version + 1, updated_at = now() WHERE tenant_id = $1 RETURNING version""";

    private MappingRows() {}

    /** Makes whoever else changes this tenant's rules wait; answers with their version. */
    static Future<Long> lock(SqlConnection tx, TenantId tenant) {
        return tx.preparedQuery(LOCK)
                .execute(Tuple.of(tenant.value()))
                .map(rows -> rows.iterator().next().getLong("version"));
    }

    static Future<StoredMapping> read(SqlConnection tx, TenantId tenant) {
        Tuple of = Tuple.of(tenant.value());
        return tx.preparedQuery("SELECT version FROM role_mappings WHERE tenant_id = $1")
                .execute(of)
                .compose(versions -> versions.size() == 0
                        ? Future.succeededFuture(StoredMapping.none())
                        : tx.preparedQuery(RULES)
                                .execute(of)
                                .map(rows -> new StoredMapping(
                                        RoleMapping.stored(stream(rows)
                                                .map(MappingRows::rule)
                                                .toList()),
                                        versions.iterator().next().getLong("version"))));
    }

    static Future<Set<ConnectionId>> connections(SqlConnection tx, TenantId tenant) {
        return tx.preparedQuery("SELECT id FROM connections WHERE tenant_id = $1")
                .execute(Tuple.of(tenant.value()))
                .map(rows -> stream(rows)
                        .map(row -> new ConnectionId(row.getUUID("id")))
                        .collect(Collectors.toSet()));
    }

    /** Writes the rules and answers with their new version. */
    static Future<Long> replace(
            SqlConnection tx, TenantId tenant, StoredMapping before, List<MappingRule> rules, String actor) {
        UUID[] kept = rules.stream().map(rule -> UUID.fromString(rule.id())).toArray(UUID[]::new);
        List<Tuple> rows = rules.stream().map(rule -> row(tenant, rule, actor)).toList();
        List<Tuple> roles = rules.stream()
                .flatMap(rule ->
                        rule.roles().stream().map(role -> Tuple.of(tenant.value(), UUID.fromString(rule.id()), role)))
                .toList();
        return tx.preparedQuery("DELETE FROM role_rules WHERE tenant_id = $1 AND id <> ALL ($2)")
                .execute(Tuple.of(tenant.value()).addArrayOfUUID(kept))
                .compose(done -> tx.preparedQuery("DELETE FROM role_rule_roles WHERE tenant_id = $1")
                        .execute(Tuple.of(tenant.value())))
                .compose(done -> batch(tx, UPSERT, rows))
                .compose(done -> batch(tx, INSERT_ROLE, roles))
                .compose(done -> tx.preparedQuery(NEXT).execute(Tuple.of(tenant.value())))
                .map(version -> version.iterator().next().getLong("version"));
    }

    /** For the audit log. */
    static JsonArray details(List<MappingRule> rules) {
        return new JsonArray(rules.stream()
                .map(rule -> new JsonObject()
                        .put("source", rule.source().text())
                        .put("group", rule.groupValue())
                        .put("roles", new JsonArray(List.copyOf(rule.roles()))))
                .toList());
    }

    private static Future<?> batch(SqlConnection tx, String sql, List<Tuple> rows) {
        return rows.isEmpty() ? Future.succeededFuture() : tx.preparedQuery(sql).executeBatch(rows);
    }

    private static Tuple row(TenantId tenant, MappingRule rule, String actor) {
        return Tuple.of(
                tenant.value(),
                UUID.fromString(rule.id()),
                rule.source().text(),
                rule.groupValue(),
                rule.expiresAt().map(at -> at.atOffset(ZoneOffset.UTC)).orElse(null),
                rule.reason().orElse(null),
                actor);
    }

    private static MappingRule rule(Row row) {
        String[] roles = row.getArrayOfStrings("roles");
        return new MappingRule(
                row.getUUID("id").toString(),
                GroupSource.parse(row.getString("source")),
                row.getString("group_value"),
                roles == null ? Set.of() : Set.of(roles),
                Optional.ofNullable(row.getOffsetDateTime("expires_at")).map(OffsetDateTime::toInstant),
                Optional.ofNullable(row.getString("reason")));
    }

    private static Stream<Row> stream(Iterable<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }
}
