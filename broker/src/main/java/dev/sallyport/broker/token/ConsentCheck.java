package dev.sallyport.broker.token;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;

/**
 * Whether a person still allows a third-party application what it holds of them. Taking a consent back ends codes and refresh families by
 * itself; this is asked besides, for an application that has become a third party's since. The vendor's own applications cost no question.
 */
public final class ConsentCheck {
    private static final String OF_CODE = """
            SELECT 1 FROM authorization_codes c JOIN consents y ON y.user_id = c.user_id AND y.client_id = c.client_id
            WHERE c.code_hash = $1""";
    private static final String OF_REFRESH_TOKEN = """
            SELECT 1 FROM refresh_tokens t JOIN refresh_families f ON f.tenant_id = t.tenant_id AND f.id = t.family_id
            JOIN consents y ON y.user_id = f.user_id AND y.client_id = f.client_id
            WHERE t.token_hash = $1""";

    private final Database database;

    public ConsentCheck(Database database) {
        this.database = database;
    }

    /** Whether the person of an authorization code allows its application. */
    public Future<Boolean> ofCode(Tenant tenant, Applications.Client client, String code) {
        return allows(tenant, client, OF_CODE, code);
    }

    /** Whether the person of a refresh token allows its application. */
    Future<Boolean> ofRefreshToken(Tenant tenant, Applications.Client client, String token) {
        return allows(tenant, client, OF_REFRESH_TOKEN, token);
    }

    private Future<Boolean> allows(Tenant tenant, Applications.Client client, String sql, String secret) {
        return client.application().thirdParty()
                ? database.tenants()
                        .query(tenant.id(), sql, Tuple.of(Buffer.buffer(Bearer.hash(secret))))
                        .map(rows -> rows.size() == 1)
                : Future.succeededFuture(true);
    }
}
