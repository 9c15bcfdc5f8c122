package dev.sallyport.tenant.setup;

import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.connection.Check;
import dev.sallyport.tenant.connection.ClaimNames;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionRefused;
import dev.sallyport.tenant.connection.ConnectionSettings;
import dev.sallyport.tenant.connection.ConnectionTests.Outcome;
import dev.sallyport.tenant.connection.TooManyChecks;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Connecting the identity provider: what to copy there, what to enter here, and whether both fit. */
final class SignInStep implements SetupStep {
    private static final String WELL_KNOWN = "/.well-known/openid-configuration";

    /** The names of the connection's fields on this page, where they differ. */
    private static final Map<String, String> FIELDS =
            Map.of("claims", "groups_claim", "token_endpoint_auth_method", "auth_method");

    @Override
    public String key() {
        return "sign-in";
    }

    @Override
    public Set<SetupPurpose> purposes() {
        return Set.of(SetupPurpose.FEDERATE);
    }

    @Override
    public Future<Void> show(Visit visit) {
        ConnectionSettings settings = visit.state()
                .connection()
                .map(ConnectionSettings::of)
                .orElseGet(() -> ConnectionSettings.of("Single sign-on", "", "", Optional.empty()));
        render(visit, 200, settings, Map.of());
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> submit(Visit visit) {
        ConnectionSettings settings = entered(visit);
        return save(visit, settings)
                .compose(connection -> visit.parts().checks().run(visit.tenant().id(), connection))
                .onSuccess(checks -> visit.goTo(key()))
                .<Void>mapEmpty()
                .recover(e -> {
                    if (e instanceof ConnectionRefused refused) {
                        render(visit, 422, settings, errors(refused));
                        return Future.succeededFuture();
                    }
                    if (e instanceof TooManyChecks) {
                        String later = "This was checked very often just now. It is saved; check it again in a minute.";
                        render(visit, 429, settings, Map.of("issuer", later));
                        return Future.succeededFuture();
                    }
                    return Future.failedFuture(e);
                });
    }

    private static Future<Connection> save(Visit visit, ConnectionSettings settings) {
        Optional<Connection> existing = visit.state().connection();
        var connections = visit.parts().connections();
        var tenant = visit.tenant().id();
        String actor = visit.session().actor();
        return existing.isPresent()
                ? connections
                        .update(tenant, existing.get().id(), settings, Optional.empty(), actor)
                        .map(Optional::get)
                : connections.create(tenant, promised(visit), settings, actor);
    }

    private static ConnectionSettings entered(Visit visit) {
        ConnectionSettings base = visit.state()
                .connection()
                .map(ConnectionSettings::of)
                .orElseGet(() -> ConnectionSettings.of("Single sign-on", "", "", Optional.empty()));
        String issuer = visit.field("issuer");
        String issuerAlone =
                issuer.endsWith(WELL_KNOWN) ? issuer.substring(0, issuer.length() - WELL_KNOWN.length()) : issuer;
        Optional<String> secret = Optional.of(visit.field("client_secret")).filter(text -> !text.isEmpty());
        ClaimNames claims = base.claims();
        String groups = orElse(visit.field("groups_claim"), claims.groups());
        String scopes = visit.field("scopes");
        return base.change()
                .issuer(issuerAlone)
                .clientId(visit.field("client_id"))
                .clientSecret(secret)
                .tokenEndpointAuthMethod(orElse(visit.field("auth_method"), base.tokenEndpointAuthMethod()))
                .scopes(scopes.isEmpty() ? base.scopes() : List.of(scopes.split("\\s+")))
                .claims(claims.withGroups(groups))
                .build();
    }

    private void render(Visit visit, int status, ConnectionSettings settings, Map<String, String> errors) {
        Optional<Connection> stored = visit.state().connection();
        ConnectionId id = stored.map(Connection::id).orElseGet(() -> promised(visit));
        boolean extraErrors =
                errors.keySet().stream().anyMatch(List.of("groups_claim", "scopes", "auth_method")::contains);
        SignInView view = new SignInView(
                visit.path(key()),
                visit.csrf(),
                Connection.redirectUri(visit.parts().publicUrl(), visit.tenant().slug(), id),
                Connection.keysUri(visit.parts().publicUrl(), visit.tenant().slug(), id),
                visit.path("test"),
                settings.issuer(),
                settings.clientId(),
                stored.map(Connection::hasSecret).orElse(false),
                settings.claims().groups(),
                String.join(" ", settings.scopes()),
                settings.tokenEndpointAuthMethod(),
                extraErrors,
                errors,
                errors.isEmpty() ? checks(visit) : List.of());
        visit.show(status, "Sign-in", key(), "setup/sign_in.jte", view);
    }

    private static List<CheckView> checks(Visit visit) {
        return visit.state().checks().map(Outcome::result).stream()
                .flatMap(result -> result.getJsonArray("checks").stream())
                .map(JsonObject.class::cast)
                .map(Check::of)
                .map(CheckView::of)
                .toList();
    }

    private static Map<String, String> errors(ConnectionRefused refused) {
        Map<String, String> errors = new HashMap<>();
        for (Violation violation : refused.violations()) {
            String message = violation.message();
            errors.put(
                    FIELDS.getOrDefault(violation.field(), violation.field()),
                    Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".");
        }
        return errors;
    }

    // The redirect URI is shown before there is a connection, and looking at a page writes nothing: the id that the
    // connection will have follows from the link. RFC 9562 §5.8.
    private static ConnectionId promised(Visit visit) {
        ByteBuffer hash = ByteBuffer.wrap(
                Bearer.hash("connection of setup link " + visit.session().linkId()));
        long most = (hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
        long least = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new ConnectionId(new UUID(most, least));
    }

    private static String orElse(String text, String other) {
        return text.isEmpty() ? other : text;
    }
}
