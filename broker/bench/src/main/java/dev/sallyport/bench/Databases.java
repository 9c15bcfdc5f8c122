package dev.sallyport.bench;

import dev.sallyport.database.DatabaseUrl;
import dev.sallyport.demo.story.Broken;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** The databases of the one PostgreSQL that all servers use. */
public final class Databases {
    private Databases() {}

    /** A connection as the owner. */
    public static Connection connect(DatabaseUrl url) throws SQLException {
        Properties login = new Properties();
        login.put("user", url.user());
        login.put("password", url.password());
        return DriverManager.getConnection(
                "jdbc:postgresql://" + url.host() + ":" + url.port() + "/" + url.database(), login);
    }

    /** Makes another, empty one; the name is one of ours, in letters. */
    static DatabaseUrl another(DatabaseUrl url, String name) {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
            return new DatabaseUrl(
                    url.host(), url.port(), name, url.user(), url.password(), url.sslMode(), url.sslRootCert());
        } catch (SQLException e) {
            throw new Broken("the database " + name + " cannot be made: " + e.getMessage(), e);
        }
    }
}
