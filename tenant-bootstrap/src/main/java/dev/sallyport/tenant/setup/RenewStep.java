package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.connection.Check;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionRefused;
import dev.sallyport.tenant.connection.TooManyChecks;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Replacing a client secret, or the token of a directory that pushes, and nothing else: the old secret stays until the provider has taken the
 * new one, the old token until somebody ends it. Where no directory pushes, there is no token to be had.
 */
final class RenewStep implements SetupStep {
    @Override
    public String key() {
        return "renew";
    }

    @Override
    public Set<SetupPurpose> purposes() {
        return Set.of(SetupPurpose.RENEW);
    }

    @Override
    public Future<Void> show(Visit visit) {
        boolean done = "1".equals(visit.ctx().request().getParam("stored"));
        return render(visit, 200, done, Map.of());
    }

    @Override
    public Future<Void> submit(Visit visit) {
        return PushPart.isMeant(visit) ? token(visit) : secret(visit);
    }

    private Future<Void> token(Visit visit) {
        return visit.parts().push().live(visit.tenant().id()).compose(live -> {
            boolean makes = visit.field("action").equals(PushPart.MAKE);
            if (makes && !live.isEmpty()) {
                return PushPart.make(visit)
                        .compose(made -> render(
                                visit, made.isPresent() ? 200 : 409, false, Map.of(), made, PushPart.error(made)));
            }
            if (!makes && live.size() > 1) {
                return PushPart.end(visit, key());
            }
            return render(
                    visit,
                    409,
                    false,
                    Map.of(),
                    Optional.empty(),
                    makes
                            ? "There is none to renew."
                            : "The last one is not ended here: your directory would be cut off.");
        });
    }

    private Future<Void> secret(Visit visit) {
        Map<String, String> errors = new HashMap<>();
        String secret = visit.field("client_secret");
        if (secret.isEmpty()) {
            errors.put("client_secret", "Enter the new secret.");
        }
        Optional<Instant> ends = Optional.empty();
        try {
            ends = LastDay.end(
                    visit.field("secret_expires_on"), visit.parts().clock().instant());
        } catch (DateTimeParseException e) {
            errors.put("secret_expires_on", e.getMessage());
        }
        if (visit.state().connection().isEmpty() || !errors.isEmpty()) {
            return render(visit, 422, false, errors);
        }
        return renew(visit, visit.state().connection().get(), secret, ends);
    }

    private Future<Void> renew(Visit visit, Connection connection, String secret, Optional<Instant> ends) {
        SetupParts parts = visit.parts();
        var tenant = visit.tenant().id();
        return parts.connections()
                .withSecret(tenant, connection, secret)
                .compose(candidate -> parts.checks().run(tenant, candidate))
                .compose(checks -> {
                    List<Check> bad =
                            checks.stream().filter(check -> !check.ok()).toList();
                    if (!bad.isEmpty()) {
                        CheckView first = CheckView.of(bad.get(0));
                        return render(visit, 422, false, Map.of("", first.title() + ". " + first.advice()));
                    }
                    return parts.connections()
                            .update(
                                    tenant,
                                    connection.id(),
                                    connection
                                            .settings()
                                            .change()
                                            .clientSecret(Optional.of(secret))
                                            .secretExpiresAt(ends)
                                            .build(),
                                    Optional.of(connection.version()),
                                    visit.session().actor())
                            .<Void>map(stored -> {
                                visit.goTo(key() + "?stored=1");
                                return null;
                            });
                })
                .recover(e -> {
                    if (e instanceof ConnectionRefused refused) {
                        return render(
                                visit,
                                422,
                                false,
                                Map.of(
                                        "client_secret",
                                        refused.violations().get(0).message()));
                    }
                    if (e instanceof TooManyChecks) {
                        return render(
                                visit,
                                429,
                                false,
                                Map.of("", "This was checked very often just now. Try again in a minute."));
                    }
                    if (e instanceof dev.sallyport.tenant.VersionChanged) {
                        return render(
                                visit,
                                409,
                                false,
                                Map.of("", "Somebody changed the connection in between. Enter the secret again."));
                    }
                    return Future.failedFuture(e);
                });
    }

    private Future<Void> render(Visit visit, int status, boolean done, Map<String, String> errors) {
        return render(visit, status, done, errors, Optional.empty(), "");
    }

    private Future<Void> render(
            Visit visit,
            int status,
            boolean done,
            Map<String, String> errors,
            Optional<PushSettings.Made> made,
            String pushError) {
        return PushPart.of(visit, made, pushError).map(push -> {
            Optional<Connection> connection = visit.state().connection();
            RenewView view = new RenewView(
                    visit.path(key()),
                    visit.csrf(),
                    connection.isEmpty(),
                    done,
                    connection.map(Connection::issuer).orElse(""),
                    connection.map(c -> c.settings().clientId()).orElse(""),
                    connection
                            .flatMap(Connection::secretExpiresAt)
                            .map(Times::minute)
                            .map(text -> text + " (UTC)")
                            .orElse("not by itself, as far as is known here"),
                    visit.field("secret_expires_on"),
                    errors,
                    push);
            visit.show(status, "Renew", key(), "setup/renew.jte", view);
            return null;
        });
    }
}
