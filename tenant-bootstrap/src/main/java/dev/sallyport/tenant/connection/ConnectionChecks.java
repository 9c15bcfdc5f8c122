package dev.sallyport.tenant.connection;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.tenant.connection.ProviderMetadata.IssuerMismatch;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries a connection from here and says, in fixed words, what holds. The words are the same for every private target: nothing is called
 * there, so that the answers cannot be used to look around in our network.
 */
public final class ConnectionChecks {
    private final Providers providers;
    private final ConnectionTests tests;

    public ConnectionChecks(Providers providers, ConnectionTests tests) {
        this.providers = providers;
        this.tests = tests;
    }

    /**
     * Looks, in this order, at: {@code reachable}, {@code issuer}, {@code endpoints}, {@code keys}, {@code algorithms}, {@code pkce},
     * {@code secret}. What cannot be looked at because something before it failed is left out. The result is written down.
     */
    public Future<List<Check>> run(TenantId tenant, Connection connection) {
        return look(tenant, connection)
                .map(found -> {
                    List<Check> all = new ArrayList<>(found);
                    all.add(secret(connection));
                    return List.copyOf(all);
                })
                .compose(all -> tests.record(
                                tenant,
                                connection.id(),
                                ConnectionTests.Kind.CHECKS,
                                all.stream().allMatch(Check::ok),
                                new JsonObject()
                                        .put(
                                                "checks",
                                                new JsonArray(all.stream()
                                                        .map(Check::json)
                                                        .toList())))
                        .map(all));
    }

    private Future<List<Check>> look(TenantId tenant, Connection connection) {
        return providers.askForDocument(tenant, connection.issuer()).transform(fetched -> {
            if (fetched.failed()) {
                return refusedAs("reachable", List.of(), fetched.cause());
            }
            try {
                return lookAtKeys(tenant, connection, providers.read(fetched.result(), connection.issuer()));
            } catch (IssuerMismatch e) {
                return Future.succeededFuture(List.of(good("reachable"), bad("issuer", "issuer_mismatch")));
            } catch (OutboundRefused e) {
                return refusedAs("endpoints", List.of(good("reachable")), e);
            }
        });
    }

    private static Future<List<Check>> refusedAs(String name, List<Check> before, Throwable failure) {
        if (failure instanceof OutboundRefused refused) {
            List<Check> checks = new ArrayList<>(before);
            checks.add(bad(name, refused.reason().word()));
            return Future.succeededFuture(checks);
        }
        return Future.failedFuture(failure);
    }

    private Future<List<Check>> lookAtKeys(TenantId tenant, Connection connection, ProviderMetadata metadata) {
        List<Check> checks = new ArrayList<>(List.of(good("reachable"), good("issuer"), good("endpoints")));
        return providers
                .askForKeys(tenant, metadata.jwksUri())
                .map(keys -> {
                    checks.add(good("keys"));
                    checks.add(algorithms(connection, metadata, keys));
                    return checks;
                })
                .recover(failure -> {
                    if (failure instanceof OutboundRefused refused) {
                        checks.add(bad("keys", refused.reason().word()));
                        return Future.succeededFuture(checks);
                    }
                    return Future.failedFuture(failure);
                })
                .map(all -> {
                    all.add(pkce(metadata));
                    return List.copyOf(all);
                });
    }

    private static Check algorithms(Connection connection, ProviderMetadata metadata, List<JWK> keys) {
        List<String> offered = metadata.strings("id_token_signing_alg_values_supported");
        boolean fits = connection.algorithms().stream()
                .filter(alg -> offered.isEmpty() || offered.contains(alg))
                .anyMatch(alg -> keys.stream().anyMatch(key -> canSign(key, alg)));
        return fits ? good("algorithms") : bad("algorithms", "none_fits");
    }

    private static boolean canSign(JWK key, String alg) {
        if (key.getAlgorithm() != null && !key.getAlgorithm().getName().equals(alg)) {
            return false;
        }
        return alg.startsWith("ES") ? key instanceof ECKey : key instanceof RSAKey;
    }

    // Many providers do PKCE and do not say so; it is sent in any case.
    private static Check pkce(ProviderMetadata metadata) {
        boolean advertised =
                metadata.strings("code_challenge_methods_supported").contains("S256");
        return new Check("pkce", true, advertised ? "ok" : "not_advertised");
    }

    private static Check secret(Connection connection) {
        return connection.hasSecret() ? good("secret") : bad("secret", "missing");
    }

    private static Check good(String name) {
        return new Check(name, true, "ok");
    }

    private static Check bad(String name, String detail) {
        return new Check(name, false, detail);
    }
}
