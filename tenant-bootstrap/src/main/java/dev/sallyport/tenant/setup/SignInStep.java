package dev.sallyport.tenant.setup;

import dev.sallyport.roles.Violation;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.connection.Check;
import dev.sallyport.tenant.connection.ClaimNames;
import dev.sallyport.tenant.connection.Connection;
import dev.sallyport.tenant.connection.ConnectionRefused;
import dev.sallyport.tenant.connection.ConnectionSettings;
import dev.sallyport.tenant.connection.ConnectionTests.Outcome;
import dev.sallyport.tenant.connection.ProviderKind;
import dev.sallyport.tenant.connection.TooManyChecks;
import dev.sallyport.tenant.secret.Bearer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** Connecting the identity provider: what to copy there, what to enter here, and whether both fit. */
final class SignInStep implements SetupStep {
    /** Says which connection is to be replaced by what is entered. */
    private static final String REPLACES = "replace";

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
        ConnectionSettings stored = base(visit);
        ProviderKind kind = kind(visit);
        boolean other = kind != stored.provider();
        ConnectionSettings shown = other ? preset(visit, stored, kind).towards("", "", Optional.empty()) : stored;
        render(visit, 200, kind, shown, IssuerForm.values(kind, shown.issuer()), Map.of());
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> submit(Visit visit) {
        if (visit.hasField(REPLACES) && !replacing(visit)) {
            // Begun meanwhile, or not this tenant's: nothing is written over what is there.
            visit.goTo(key());
            return Future.succeededFuture();
        }
        ProviderKind kind = kind(visit);
        Map<String, String> values = values(visit, kind);
        IssuerForm.Read issuer = IssuerForm.read(kind, values);
        Map<String, String> wrong = new HashMap<>(issuer.errors());
        ConnectionSettings settings = entered(visit, kind, issuer.issuer().orElse(""), wrong);
        if (!wrong.isEmpty()) {
            render(visit, 422, kind, settings, values, wrong);
            return Future.succeededFuture();
        }
        return save(visit, settings)
                .compose(connection -> visit.parts().checks().run(visit.tenant().id(), connection))
                .onSuccess(checks -> visit.goTo(key()))
                .<Void>mapEmpty()
                .recover(e -> {
                    if (e instanceof ConnectionRefused refused) {
                        render(visit, 422, kind, settings, values, errors(refused, kind));
                        return Future.succeededFuture();
                    }
                    if (e instanceof TooManyChecks) {
                        String later = "This was checked very often just now. It is saved; check it again in a minute.";
                        render(visit, 429, kind, settings, values, Map.of("", later));
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
        if (replacing(visit)) {
            ConnectionId former = existing.orElseThrow().id();
            // People see both names until the former is closed.
            String name = settings.provider() == ProviderKind.OIDC
                    ? "New single sign-on"
                    : settings.provider().title();
            ConnectionSettings named = settings.change().name(name).build();
            return connections.createSuccessor(tenant, promised(visit), former, named, actor);
        }
        return existing.isPresent()
                ? connections
                        .update(tenant, existing.get().id(), settings, Optional.empty(), actor)
                        .map(Optional::get)
                : connections.create(tenant, promised(visit), settings, actor);
    }

    /** Whether a new connection is being begun in the place of the one that people come by. */
    private static boolean replacing(Visit visit) {
        String former = visit.hasField(REPLACES)
                ? visit.field(REPLACES)
                : visit.ctx().request().getParam(REPLACES, "");
        return visit.state()
                .connection()
                .filter(Connection::isActive)
                .filter(c -> c.id().toString().equals(former))
                .isPresent();
    }

    /** What this page is about and is there already. */
    private static Optional<Connection> stored(Visit visit) {
        return replacing(visit) ? Optional.empty() : visit.state().connection();
    }

    private static ConnectionSettings base(Visit visit) {
        return stored(visit)
                .map(ConnectionSettings::of)
                .orElseGet(() -> ConnectionSettings.of("Single sign-on", "", "", Optional.empty()));
    }

    /** The kind that was asked for, else the one that is connected, else any. */
    private static ProviderKind kind(Visit visit) {
        String asked = visit.hasField("provider")
                ? visit.field("provider")
                : visit.ctx().request().getParam("provider", "");
        return ProviderKind.parse(asked).orElseGet(() -> base(visit).provider());
    }

    // What keys people is fixed once the connection has been live, and so are the settings that come with it.
    private static ConnectionSettings preset(Visit visit, ConnectionSettings base, ProviderKind kind) {
        boolean beenLive = stored(visit).flatMap(Connection::wentLiveAt).isPresent();
        return beenLive
                ? base.change().provider(kind).build()
                : base.change().presets(kind).build();
    }

    private static Map<String, String> values(Visit visit, ProviderKind kind) {
        Map<String, String> values = new HashMap<>();
        for (IssuerForm.Field field : IssuerForm.fields(kind)) {
            values.put(field.name(), visit.field(field.name()));
        }
        return values;
    }

    private static ConnectionSettings entered(
            Visit visit, ProviderKind kind, String issuer, Map<String, String> errors) {
        ConnectionSettings stored = base(visit);
        ConnectionSettings base = kind == stored.provider() ? stored : preset(visit, stored, kind);
        Optional<String> secret = Optional.of(visit.field("client_secret")).filter(text -> !text.isEmpty());
        ClaimNames claims = base.claims();
        String groups = orElse(visit.field("groups_claim"), claims.groups());
        String scopes = visit.field("scopes");
        return base.change()
                .issuer(issuer)
                .clientId(visit.field("client_id"))
                .clientSecret(secret)
                .tokenEndpointAuthMethod(orElse(visit.field("auth_method"), base.tokenEndpointAuthMethod()))
                .scopes(scopes.isEmpty() ? base.scopes() : List.of(scopes.split("\\s+")))
                .claims(claims.withGroups(groups))
                .secretExpiresAt(secretEnd(visit, kind, base, secret, errors))
                .build();
    }

    private static Optional<Instant> secretEnd(
            Visit visit,
            ProviderKind kind,
            ConnectionSettings base,
            Optional<String> secret,
            Map<String, String> errors) {
        if (!visit.hasField("secret_expires_on")) {
            return base.secretExpiresAt();
        }
        String day = visit.field("secret_expires_on");
        if (day.isEmpty() && secret.isPresent() && ProviderSteps.of(kind).secretEnds()) {
            errors.put(
                    "secret_expires_on",
                    "Every secret of " + kind.title() + " ends. Enter the day, so that you are warned in time.");
            return Optional.empty();
        }
        boolean same =
                base.secretExpiresAt().map(LastDay::of).filter(day::equals).isPresent();
        if (same && secret.isEmpty()) {
            return base.secretExpiresAt();
        }
        try {
            return LastDay.end(day, visit.parts().clock().instant());
        } catch (DateTimeParseException e) {
            errors.put("secret_expires_on", e.getMessage());
            return Optional.empty();
        }
    }

    private void render(
            Visit visit,
            int status,
            ProviderKind kind,
            ConnectionSettings settings,
            Map<String, String> values,
            Map<String, String> errors) {
        Optional<Connection> stored = stored(visit);
        ConnectionId id = stored.map(Connection::id).orElseGet(() -> promised(visit));
        boolean extraErrors =
                errors.keySet().stream().anyMatch(List.of("groups_claim", "scopes", "auth_method")::contains);
        SignInView view = new SignInView(
                visit.path(key()),
                visit.csrf(),
                kind,
                choices(visit, kind),
                ProviderSteps.of(kind),
                Connection.redirectUri(visit.parts().publicUrl(), visit.tenant().slug(), id),
                Connection.backchannelLogoutUri(
                        visit.parts().publicUrl(), visit.tenant().slug(), id),
                Connection.keysUri(visit.parts().publicUrl(), visit.tenant().slug(), id),
                visit.path("test"),
                IssuerForm.fields(kind),
                values,
                settings.issuer(),
                settings.clientId(),
                stored.filter(connection -> connection.provider() == kind)
                        .map(Connection::hasSecret)
                        .orElse(false),
                visit.hasField("secret_expires_on")
                        ? visit.field("secret_expires_on")
                        : settings.secretExpiresAt().map(LastDay::of).orElse(""),
                settings.claims().groups(),
                String.join(" ", settings.scopes()),
                settings.tokenEndpointAuthMethod(),
                extraErrors,
                errors,
                errors.isEmpty() && kind == base(visit).provider() ? checks(visit) : List.of(),
                replacingView(visit));
        visit.show(status, "Sign-in", key(), "setup/sign_in.jte", view);
    }

    private SignInView.Replacing replacingView(Visit visit) {
        Optional<Connection> current = visit.state().connection();
        if (replacing(visit)) {
            Connection former = current.orElseThrow();
            return new SignInView.Replacing(former.id().toString(), former.name(), "");
        }
        Optional<Connection> former = visit.state().former().filter(Connection::isActive);
        boolean free = former.isEmpty() && current.filter(Connection::isActive).isPresent();
        return new SignInView.Replacing(
                "",
                former.map(Connection::name).orElse(""),
                free ? visit.path(key()) + "?" + REPLACES + "=" + current.get().id() : "");
    }

    private List<SignInView.Choice> choices(Visit visit, ProviderKind current) {
        String also = replacing(visit)
                ? "&" + REPLACES + "="
                        + visit.state().connection().orElseThrow().id()
                : "";
        return Stream.of(ProviderKind.values())
                .map(kind -> new SignInView.Choice(
                        kind == ProviderKind.OIDC ? "Another" : kind.title(),
                        visit.path(key()) + "?provider=" + kind.word() + also,
                        kind == current))
                .toList();
    }

    private static List<CheckView> checks(Visit visit) {
        return (replacing(visit) ? Optional.<Outcome>empty() : visit.state().checks())
                .map(Outcome::result).stream()
                        .flatMap(result -> result.getJsonArray("checks").stream())
                        .map(JsonObject.class::cast)
                        .map(Check::of)
                        .map(CheckView::of)
                        .toList();
    }

    // Where the issuer is found from other fields, what is wrong with it is said at the first of them.
    private static Map<String, String> errors(ConnectionRefused refused, ProviderKind kind) {
        List<IssuerForm.Field> fields = IssuerForm.fields(kind);
        String issuer = fields.isEmpty() ? "" : fields.get(0).name();
        Map<String, String> errors = new HashMap<>();
        for (Violation violation : refused.violations()) {
            String message = violation.message();
            errors.put(
                    violation.field().equals("issuer")
                            ? issuer
                            : FIELDS.getOrDefault(violation.field(), violation.field()),
                    Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".");
        }
        return errors;
    }

    // The redirect URI is shown before there is a connection, and looking at a page writes nothing: the id that the
    // connection will have follows from the link. RFC 9562 §5.8.
    private static ConnectionId promised(Visit visit) {
        String of = replacing(visit)
                ? "successor of connection "
                        + visit.state().connection().orElseThrow().id() + " by setup link "
                : "connection of setup link ";
        ByteBuffer hash = ByteBuffer.wrap(Bearer.hash(of + visit.session().linkId()));
        long most = (hash.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
        long least = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new ConnectionId(new UUID(most, least));
    }

    private static String orElse(String text, String other) {
        return text.isEmpty() ? other : text;
    }
}
