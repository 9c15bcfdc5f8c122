package dev.sallyport.database;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * I01: on a database that is new and empty, where a plan is made that will be kept, a row is looked up by its key and not by reading the
 * rows of its tenant. Asked as the application role, behind the wall.
 */
class LookupPlanTest {
    private static Connection connection;

    @BeforeAll
    static void newDatabase() throws SQLException {
        TestDatabase database = TestDatabase.fresh();
        connection = database.asOwner();
        run("SET search_path = " + Migrator.SCHEMA);
        run("SET ROLE " + database.role().name());
        run("SET plan_cache_mode = force_generic_plan");
        run("SELECT set_config('sallyport.tenant', '0199aaaa-0000-7000-8000-000000000001', false)");
        Assumptions.assumeTrue(
                connection.getMetaData().getDatabaseMajorVersion() >= 18,
                "before PostgreSQL 18 the planner cannot be told what it has not seen");
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    @ParameterizedTest
    @DisplayName("I01: a lookup by key reads no more than the key")
    @ValueSource(
            strings = {
                "id|uuid|SELECT * FROM users WHERE id = $1",
                "user_name_key|text|SELECT id FROM users WHERE user_name_key = lower($1)",
                "email_key|text|SELECT id FROM users WHERE email_key = lower($1)",
                "id|uuid|SELECT * FROM sessions WHERE id = $1 AND ended_at IS NULL",
                "secret_hash|bytea[]|SELECT * FROM sessions WHERE secret_hash = ANY ($1) AND ended_at IS NULL",
                "id|uuid[]|UPDATE sessions SET ended_at = now() WHERE id = ANY ($1) AND ended_at IS NULL",
                "user_id|uuid|SELECT id FROM sessions WHERE user_id = $1 AND ended_at IS NULL ORDER BY id FOR UPDATE",
                "session_id|uuid[]|UPDATE refresh_families SET ended_at = now() WHERE session_id = ANY ($1) AND ended_at IS NULL",
                "user_id|uuid|UPDATE refresh_families SET ended_at = now() WHERE user_id = $1 AND ended_at IS NULL",
                "token_hash|bytea|SELECT * FROM refresh_tokens WHERE token_hash = $1",
                "code_hash|bytea|SELECT * FROM authorization_codes WHERE code_hash = $1",
                "user_id|uuid|DELETE FROM authorization_codes WHERE user_id = $1 AND used_at IS NULL",
                "state_hash|bytea[]|DELETE FROM login_transactions WHERE state_hash = ANY ($1)",
                "subject|text|SELECT * FROM identities WHERE connection_id = '0199aaaa-0000-7000-8000-000000000002' AND issuer = 'i' AND subject = $1",
                "user_id|uuid|SELECT * FROM identities WHERE user_id = $1",
                "user_id|uuid|SELECT * FROM memberships WHERE user_id = $1",
                "id|uuid|SELECT * FROM groups WHERE id = $1",
                "value|text|SELECT * FROM groups WHERE source = 'scim' AND value = $1",
                "key_hash|bytea|SELECT * FROM api_keys WHERE key_hash = $1 AND ended_at IS NULL",
                "id|uuid|SELECT * FROM api_keys WHERE id = $1 AND ended_at IS NULL",
                "user_id|uuid|UPDATE api_keys SET ended_at = now() WHERE user_id = $1 AND ended_at IS NULL",
                "value|text|SELECT 1 FROM revocations WHERE kind = 'jti' AND value = $1",
                "session_id|uuid|SELECT * FROM upstream_grants WHERE session_id = $1",
                "session_id|uuid[]|DELETE FROM upstream_grants WHERE session_id = ANY ($1)",
                "identity_id|uuid|SELECT 1 FROM upstream_grants WHERE identity_id = $1",
                "name|text[]|SELECT 1 FROM upstream_logouts WHERE connection_id = '0199aaaa-0000-7000-8000-000000000002' AND name = ANY ($1)",
                "upstream_sub|text|SELECT id FROM sessions WHERE connection_id = '0199aaaa-0000-7000-8000-000000000002' AND upstream_sub = $1",
                "offboarding_id|uuid|SELECT * FROM outbox WHERE offboarding_id = $1"
            })
    void byKey(String line) throws SQLException {
        String[] parts = line.split("\\|", 3);
        run("PREPARE lookup (" + parts[1] + ") AS " + parts[2]);
        try {
            List<String> plan = explain();
            assertFalse(plan.stream().anyMatch(step -> step.contains("Seq Scan")), String.join("\n", plan));
            assertTrue(
                    plan.stream()
                            .anyMatch(step -> step.strip().startsWith("Index Cond")
                                    && step.matches(".*\\b" + parts[0] + " = .*")),
                    String.join("\n", plan));
        } finally {
            run("DEALLOCATE lookup");
        }
    }

    private static List<String> explain() throws SQLException {
        List<String> steps = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("EXPLAIN EXECUTE lookup (NULL)")) {
            while (rows.next()) {
                steps.add(rows.getString(1));
            }
        }
        return steps;
    }

    private static void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
