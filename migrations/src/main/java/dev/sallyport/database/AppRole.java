package dev.sallyport.database;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The role as which the broker connects. It owns nothing, cannot bypass row-level security and cannot create anything. Its password is
 * derived from the master key, so that every node knows it and nobody has to hand it round.
 */
public final class AppRole {
    private final String name;
    private final String password;

    private AppRole(String name, String password) {
        this.name = name;
        this.password = password;
    }

    /**
     * The role for a database.
     *
     * @param masterKey 32 bytes
     */
    public static AppRole of(DatabaseUrl owner, byte[] masterKey) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(masterKey, "HmacSHA256"));
            byte[] derived = mac.doFinal(("database role of " + owner.database()).getBytes(StandardCharsets.UTF_8));
            return new AppRole(owner.database() + "_app", HexFormat.of().formatHex(derived));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The role's name: the database's name with {@code _app}. */
    public String name() {
        return name;
    }

    /** How to connect as this role. */
    public DatabaseUrl url(DatabaseUrl owner) {
        return owner.as(name, password);
    }

    String quotedName() {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    String passwordFingerprint() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Creates the role, or gives an existing one its password; one that may do too much is refused. */
    void create(Connection connection) throws SQLException {
        boolean exists;
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication FROM pg_roles WHERE rolname = ?")) {
            statement.setString(1, name);
            try (ResultSet found = statement.executeQuery()) {
                exists = found.next();
                if (exists && found.getBoolean(1)) {
                    throw new SQLException(
                            "the role " + name + " exists and may do more than the broker must be able to; drop it");
                }
            }
        }
        try (Statement statement = connection.createStatement()) {
            // The password is hexadecimal and the name is quoted: neither can end the literal it stands in.
            statement.execute((exists ? "ALTER ROLE " : "CREATE ROLE ") + quotedName()
                    + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION PASSWORD '" + password
                    + "'");
        } catch (SQLException e) {
            throw new SQLException(
                    "the database's user may not create the role " + name + "; give it CREATEROLE for the migration ("
                            + e.getMessage() + ")",
                    e.getSQLState(),
                    e);
        }
    }
}
