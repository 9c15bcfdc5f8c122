package dev.sallyport.broker;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the database of a broker holds, read past every wall; for tests that must prove that nothing happened, or what did. */
public final class Rows {
    private final TestBroker broker;

    public Rows(TestBroker broker) {
        this.broker = broker;
    }

    /** How many people, identities, sessions and refresh families there are in all tenants together. */
    public record Counts(long users, long identities, long sessions, long families) {}

    /** The counts now. */
    public Counts counts() {
        return new Counts(
                number("SELECT count(*) FROM users"),
                number("SELECT count(*) FROM identities"),
                number("SELECT count(*) FROM sessions"),
                number("SELECT count(*) FROM refresh_families"));
    }

    /** One number. */
    public long number(String sql) {
        return Long.parseLong(texts(sql).get(0));
    }

    /** The first column of all rows, as text. */
    public List<String> texts(String sql) {
        try (var connection = broker.database.asOwner();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            List<String> all = new ArrayList<>();
            while (rows.next()) {
                all.add(rows.getString(1));
            }
            return all;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Changes rows behind the broker's back. */
    public void change(String sql) {
        try (var connection = broker.database.asOwner();
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The newest audit event as {@code action cause}; empty if there is none. */
    public Optional<String> lastEvent() {
        return texts("SELECT action || ' ' || cause FROM audit_events ORDER BY at DESC, id DESC LIMIT 1").stream()
                .findFirst();
    }

    /** How many audit events of this action and cause there are. */
    public long events(String action, String cause) {
        return number(
                "SELECT count(*) FROM audit_events WHERE action = '" + action + "' AND cause LIKE '" + cause + "'");
    }
}
