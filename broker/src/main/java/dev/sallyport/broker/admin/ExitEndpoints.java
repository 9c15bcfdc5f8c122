package dev.sallyport.broker.admin;

import dev.sallyport.broker.offboarding.Closing;
import dev.sallyport.broker.offboarding.Receipt;
import dev.sallyport.broker.people.Person;
import dev.sallyport.broker.people.PersonStatus;
import dev.sallyport.tenant.UserId;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Map;

/** {@code …/users/{id}/suspend}, {@code /reactivate}, {@code /offboard}, and {@code …/offboardings/{id}}: off, on again, and the proof. */
final class ExitEndpoints implements Endpoint.Family {
    private static final String REACTIVATE = "admin.reactivate";
    private static final String ADMIT = """
            UPDATE users SET status = 'active', status_cause = $2, status_changed_at = now(), updated_at = now(), version = version + 1
            WHERE id = $1 AND status = 'waiting'""";

    private final AdminParts parts;

    ExitEndpoints(AdminParts parts) {
        this.parts = parts;
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "suspendUser",
                call -> close(call, Closing.Kind.SUSPEND),
                "offboardUser",
                call -> close(call, Closing.Kind.OFFBOARD),
                "reactivateUser",
                this::reactivate,
                "getOffboarding",
                this::receipt);
    }

    private Future<Answer> close(Call call, Closing.Kind kind) {
        Closing closing = new Closing(
                kind, "admin." + kind.word(), call.actor(), call.body().getString("reason"));
        return find(call).compose(person -> {
            boolean off = person.status() == PersonStatus.OFFBOARDED;
            if (off && kind == Closing.Kind.SUSPEND) {
                return Future.failedFuture(Problem.conflict("This person has been offboarded."));
            }
            // A tenant that runs keeps an admin: whoever is the last one first lets somebody else in.
            return parts.admins()
                    .keepingOne(call.tenantId(), () -> Problem.conflict("Nobody would administer the tenant any more."))
                    .compose(guard -> parts.offboarding().close(call.tenant(), person.id(), closing, guard))
                    .map(receipt -> receipt.orElseThrow(
                            () -> Problem.conflict("This person is off already, and there is no receipt of it.")))
                    .map(receipt -> Answer.ok(json(person, receipt)));
        });
    }

    private Future<Answer> reactivate(Call call) {
        String reason = call.body().getString("reason");
        return find(call)
                .compose(person -> parts.database()
                        .tenants()
                        .transaction(call.tenantId(), tx -> parts.offboarding()
                                .reopen(tx, call.tenantId(), person.id(), REACTIVATE, call.actor(), reason)
                                .compose(reopened ->
                                        reopened ? Future.succeededFuture(true) : admit(tx, call, person.id(), reason)))
                        .compose(done -> done
                                ? find(call)
                                : Future.failedFuture(Problem.conflict("This person is neither off nor waiting."))))
                .map(person -> Answer.ok(new JsonObject()
                        .put("kind", "reactivate")
                        .put("user", PersonJson.ref(person))
                        .put("status", person.status().word())
                        .put("cause", REACTIVATE)
                        .put("actor", call.actor())
                        .put("reason", reason)
                        .put("created_at", Times.text(person.statusChangedAt()))));
    }

    /** The yes that somebody waits for who signed in where newcomers need approval. */
    private static Future<Boolean> admit(SqlConnection tx, Call call, UserId user, String reason) {
        return tx.preparedQuery(ADMIT)
                .execute(Tuple.of(user.value(), REACTIVATE))
                .compose(rows -> rows.rowCount() == 0
                        ? Future.succeededFuture(false)
                        : AuditTrail.append(
                                        tx,
                                        call.tenantId(),
                                        AuditEvent.of(call.actor(), "person.admitted", "user:" + user)
                                                .because(REACTIVATE)
                                                .with(new JsonObject().put("reason", reason)))
                                .map(true));
    }

    private Future<Answer> receipt(Call call) {
        return parts.offboarding()
                .receipt(call.tenantId(), call.id())
                .map(Call::found)
                .compose(receipt -> parts.people()
                        .find(call.tenantId(), receipt.user())
                        .map(Call::found)
                        .map(person -> Answer.ok(json(person, receipt))));
    }

    private Future<Person> find(Call call) {
        return parts.people().find(call.tenantId(), new UserId(call.id())).map(Call::found);
    }

    private static JsonObject json(Person person, Receipt receipt) {
        return new JsonObject()
                .put("id", receipt.id().toString())
                .put("kind", receipt.kind())
                .put("user", PersonJson.ref(person))
                .put("cause", receipt.cause())
                .put("actor", receipt.actor())
                .put("reason", receipt.reason())
                .put("closed", receipt.closed())
                .put("cutoff_at", Times.text(receipt.cutoffAt()))
                .put("tokens_end_at", Times.text(receipt.tokensEndAt()))
                .put("created_at", Times.text(receipt.createdAt()))
                .put(
                        "deliveries",
                        new JsonArray(receipt.deliveries().stream()
                                .map(ExitEndpoints::delivery)
                                .toList()));
    }

    private static JsonObject delivery(Receipt.Delivery delivery) {
        return new JsonObject()
                .put("id", delivery.id().toString())
                .put("kind", delivery.kind())
                .put("application", delivery.application().orElse(null))
                .put("target", delivery.target())
                .put("state", delivery.state())
                .put("attempts", delivery.attempts())
                .put("last_status", delivery.lastAnswer().orElse(null))
                .put("delivered_at", Times.text(delivery.deliveredAt()));
    }
}
