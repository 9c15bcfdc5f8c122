package dev.sallyport.tenant.connection;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import dev.sallyport.database.TenantId;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.outbound.OutboundResponse;
import dev.sallyport.tenant.connection.ProviderMetadata.IssuerMismatch;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tries a connection from here and says, in fixed words, what holds. The words are the same for every private target: nothing is called
 * there, so that the answers cannot be used to look around in our network.
 */
public final class ConnectionChecks {
    private final Providers providers;
    private final ConnectionTests tests;
    private final ClientProof proof;
    private final Limit limit;

    /** How often one tenant may have something called, whoever of it asks and at whatever door. */
    @FunctionalInterface
    public interface Limit {
        /** Counts one. Answers 0, or the seconds to wait if it was one too many. */
        int take(TenantId tenant);
    }

    public ConnectionChecks(Providers providers, ConnectionTests tests, ClientProof proof, Limit limit) {
        this.providers = providers;
        this.tests = tests;
        this.proof = proof;
        this.limit = limit;
    }

    /**
     * Looks, in this order, at: {@code reachable}, {@code issuer}, {@code endpoints}, {@code keys}, {@code algorithms}, {@code pkce},
     * {@code secret}. What cannot be looked at because something before it failed is left out. For {@code secret} the provider is asked to
     * swap a code that nobody gave out: it says what it thinks of us before it looks at the code. The result is written down. Fails with
     * {@link TooManyChecks}, and calls nobody, if the tenant has had too many.
     */
    public Future<List<Check>> run(TenantId tenant, Connection connection) {
        int wait = limit.take(tenant);
        if (wait > 0) {
            return Future.failedFuture(new TooManyChecks(wait));
        }
        return look(tenant, connection)
                .compose(found -> secret(tenant, connection, found.metadata()).map(secret -> {
                    List<Check> all = new ArrayList<>(found.checks());
                    all.add(secret);
                    return List.copyOf(all);
                }))
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

    /**
     * What was looked at without proving who we are.
     *
     * @param metadata the provider's, if there is any that can be used
     */
    private record Look(List<Check> checks, Optional<ProviderMetadata> metadata) {}

    private Future<Look> look(TenantId tenant, Connection connection) {
        return providers.askForDocument(tenant, connection.issuer()).transform(fetched -> {
            if (fetched.failed()) {
                return refusedAs("reachable", List.of(), fetched.cause());
            }
            try {
                return lookAtKeys(tenant, connection, providers.read(fetched.result(), connection.issuer()));
            } catch (IssuerMismatch e) {
                return Future.succeededFuture(
                        new Look(List.of(good("reachable"), bad("issuer", "issuer_mismatch")), Optional.empty()));
            } catch (OutboundRefused e) {
                return refusedAs("endpoints", List.of(good("reachable")), e);
            }
        });
    }

    private static Future<Look> refusedAs(String name, List<Check> before, Throwable failure) {
        if (failure instanceof OutboundRefused refused) {
            List<Check> checks = new ArrayList<>(before);
            checks.add(bad(name, refused.reason().word()));
            return Future.succeededFuture(new Look(checks, Optional.empty()));
        }
        return Future.failedFuture(failure);
    }

    private Future<Look> lookAtKeys(TenantId tenant, Connection connection, ProviderMetadata metadata) {
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
                    return new Look(all, Optional.of(metadata));
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

    private Future<Check> secret(TenantId tenant, Connection connection, Optional<ProviderMetadata> metadata) {
        if (!connection.canProve()) {
            return Future.succeededFuture(bad("secret", "missing"));
        }
        if (metadata.isEmpty()) {
            return Future.succeededFuture(new Check("secret", true, "untried"));
        }
        Map<String, String> form = Map.of(
                "grant_type", "authorization_code", "code", Bearer.random(32), "code_verifier", Bearer.random(32));
        return proof.form(tenant, connection, metadata.get(), metadata.get().tokenEndpoint(), form)
                .compose(request -> providers.send(request.insisting()))
                .map(ConnectionChecks::verdict)
                .recover(failure -> {
                    if (failure instanceof TokenEndpointMoved) {
                        return Future.succeededFuture(bad("secret", "token_endpoint_moved"));
                    }
                    return failure instanceof OutboundRefused refused
                            ? Future.succeededFuture(
                                    bad("secret", refused.reason().word()))
                            : Future.failedFuture(failure);
                });
    }

    /** RFC 6749 §5.2: {@code invalid_grant} is about the code, so that the client was believed. */
    private static Check verdict(OutboundResponse answer) {
        String error = "";
        try {
            error = answer.json().getValue("error") instanceof String text ? text : "";
        } catch (OutboundRefused e) {
            // Not the answer of a token endpoint; the status may still tell.
        }
        if (error.equals("invalid_grant")) {
            return good("secret");
        }
        boolean refused =
                answer.status() == 401 || error.equals("invalid_client") || error.equals("unauthorized_client");
        return refused ? bad("secret", "refused") : new Check("secret", true, "not_told");
    }

    private static Check good(String name) {
        return new Check(name, true, "ok");
    }

    private static Check bad(String name, String detail) {
        return new Check(name, false, detail);
    }
}
