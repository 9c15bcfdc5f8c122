package dev.sallyport.broker.federation;

import dev.sallyport.broker.people.Admission;
import dev.sallyport.broker.people.PersonAccess;
import dev.sallyport.broker.people.SignIn;
import dev.sallyport.roles.Access;
import dev.sallyport.roles.GroupSource;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.connection.ConnectionTests;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/** A test sign-in ends here: it says who would come in with which permissions, writes that down for the wizard, and creates nobody. */
public final class TestSignIns {
    /** Key of the address to return to, in what a test's transaction remembers. */
    public static final String RETURN_TO = "return_to";

    private final SignIn signIn;
    private final PersonAccess access;
    private final ConnectionTests tests;

    public TestSignIns(SignIn signIn, PersonAccess access, ConnectionTests tests) {
        this.signIn = signIn;
        this.access = access;
        this.tests = tests;
    }

    /** Writes down a test that proved somebody; answers where the browser goes on. */
    public Future<Optional<String>> record(Tenant tenant, Arrival.Outcome.Proven proven) {
        SignIn.Proven identity = proven.identity();
        List<String> groups = identity.profile().groups();
        GroupSource source = GroupSource.connection(identity.connection().toString());
        return Future.all(signIn.rehearse(tenant, identity), access.ofGroups(tenant.id(), source, groups))
                .compose(both -> {
                    Admission admission = both.resultAt(0);
                    Access would = both.resultAt(1);
                    JsonObject result = new JsonObject()
                            .put("claims", shown(proven.request().getJsonObject("claims")))
                            .put("subject", identity.subject())
                            .put("email", identity.profile().email().orElse(null))
                            .put("email_verified", identity.profile().emailVerified())
                            .put("name", identity.profile().displayName().orElse(null))
                            .put("groups", new JsonArray(groups))
                            .put(
                                    "permissions",
                                    new JsonArray(would.permissions().stream()
                                            .map(p -> p.name())
                                            .toList()))
                            .put("roles", new JsonArray(List.copyOf(would.roles())))
                            .put("outcome", words(admission));
                    return tests.record(tenant.id(), identity.connection(), ConnectionTests.Kind.SIGN_IN, true, result);
                })
                .map(v -> Optional.ofNullable(proven.request().getString(RETURN_TO)));
    }

    /** Writes down a test that proved nobody. */
    public Future<Optional<String>> record(Tenant tenant, Arrival.Outcome.Failed failed) {
        return tests.record(
                        tenant.id(),
                        failed.connection().orElseThrow().id(),
                        ConnectionTests.Kind.SIGN_IN,
                        false,
                        new JsonObject().put("problem", failed.reason()))
                .map(v -> Optional.ofNullable(failed.request().getString(RETURN_TO)));
    }

    private static String words(Admission admission) {
        if (admission instanceof Admission.Created) {
            return "would be created";
        }
        if (admission instanceof Admission.Waiting) {
            return "would wait for approval";
        }
        if (admission instanceof Admission.Refused refused) {
            return "would be refused: " + refused.reason().code();
        }
        return "is known and would come in";
    }

    /** What the page shows of the claims: not the machinery, and nothing endless. */
    private static JsonObject shown(JsonObject claims) {
        JsonObject shown = new JsonObject();
        if (claims != null) {
            claims.stream()
                    .filter(e -> !List.of("nonce", "at_hash", "c_hash", "jti").contains(e.getKey()))
                    .limit(40)
                    .forEach(e -> {
                        String text = String.valueOf(e.getValue());
                        shown.put(e.getKey(), text.length() <= 500 ? e.getValue() : text.substring(0, 500) + " …");
                    });
        }
        return shown;
    }
}
