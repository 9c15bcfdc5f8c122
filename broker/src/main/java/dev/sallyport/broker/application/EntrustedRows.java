package dev.sallyport.broker.application;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.TreeSet;

/** The statements on what an application is entrusted with. */
final class EntrustedRows {
    /** Of the application {@code a}. */
    static final String DELEGATIONS = """
            ARRAY(SELECT d.target FROM application_delegations d WHERE d.client_id = a.client_id) AS delegations""";

    private EntrustedRows() {}

    static Entrusted read(Row row) {
        return new Entrusted(
                row.getBoolean("manages_api_keys"),
                row.getBoolean("exchanges_api_keys"),
                new TreeSet<>(List.of(row.getArrayOfStrings("delegations"))));
    }

    /** Writes all of it. Fails with a violation of {@code application_delegations_target_fkey} if a target is no application. */
    static Future<Void> write(SqlConnection tx, Application application) {
        Entrusted entrusted = application.entrusted();
        String[] targets = entrusted.onBehalfOf().toArray(String[]::new);
        return tx.preparedQuery(
                        "UPDATE applications SET manages_api_keys = $2, exchanges_api_keys = $3 WHERE client_id = $1")
                .execute(Tuple.of(application.clientId(), entrusted.managesApiKeys(), entrusted.exchangesApiKeys()))
                .compose(v -> tx.preparedQuery(
                                "DELETE FROM application_delegations WHERE client_id = $1 AND target <> ALL ($2)")
                        .execute(Tuple.of(application.clientId(), (Object) targets)))
                .compose(v -> tx.preparedQuery("""
                                INSERT INTO application_delegations (client_id, target) SELECT $1, t FROM unnest($2::text[]) AS t
                                ON CONFLICT DO NOTHING""").execute(Tuple.of(application.clientId(), (Object) targets)))
                .mapEmpty();
    }
}
