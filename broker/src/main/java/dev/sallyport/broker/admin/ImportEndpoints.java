package dev.sallyport.broker.admin;

import dev.sallyport.broker.admin.Problem.Field;
import dev.sallyport.broker.admin.Problem.Kind;
import dev.sallyport.broker.bulk.Import;
import dev.sallyport.broker.bulk.ImportPlan.Step;
import dev.sallyport.broker.bulk.Imports;
import dev.sallyport.broker.bulk.PeopleFile;
import dev.sallyport.broker.bulk.PersonRow;
import dev.sallyport.tenant.ConnectionId;
import dev.sallyport.tenant.connection.Connection;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code …/imports}: people in bulk, with a second pair of eyes. */
final class ImportEndpoints implements Endpoint.Family {
    /** The one operation that takes CSV. */
    static final String CREATE = "createImport";

    static final String CSV = "text/csv";
    static final long MOST_BYTES = 5L * 1024 * 1024;
    /** A body that fits, with which the document judges the parameters of a request that carries CSV. */
    static final JsonObject ANY_PEOPLE =
            new JsonObject().put("people", new JsonArray().add(new JsonObject().put("user_name", "any")));

    private final AdminParts parts;
    private final Imports imports;

    ImportEndpoints(AdminParts parts) {
        this.parts = parts;
        this.imports = new Imports(parts.database(), parts.catalogues(), parts.mappings(), parts.clock());
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                CREATE,
                this::create,
                "listImports",
                this::list,
                "getImport",
                this::get,
                "approveImport",
                this::approve,
                "rejectImport",
                this::reject);
    }

    private Future<Answer> create(Call call) {
        Buffer raw = call.context().body().buffer();
        Callable<List<PersonRow>> read = call.request().body() instanceof Buffer csv
                ? () -> PeopleFile.csv(csv.getBytes())
                : () -> PeopleFile.json(call.body());
        return connection(call)
                .compose(connection -> parts.vertx()
                        .executeBlocking(read, false)
                        .compose(rows ->
                                imports.create(call.tenantId(), connection.id(), rows, sha256(raw), decider(call))))
                .map(made -> Answer.accepted(json(made))
                        .with(
                                "Location",
                                parts.publicUrl() + "/admin/v1/tenants/"
                                        + call.tenant().slug() + "/imports/" + made.id()));
    }

    private Future<Answer> list(Call call) {
        return imports.list(call.tenantId(), call.cursorId(), call.limit() + 1)
                .map(found -> Answer.ok(Listing.page(found, call.limit(), ImportEndpoints::json, one -> one.id()
                        .toString())));
    }

    private Future<Answer> get(Call call) {
        int after = call.cursor()
                .map(cursor -> Integer.parseInt(Cursor.key(cursor, text -> text.matches("[0-9]{1,6}"))))
                .orElse(0);
        return imports.find(call.tenantId(), call.id()).map(Call::found).compose(found -> imports.rows(
                        call.tenantId(), found.id(), after, call.limit() + 1)
                .map(rows -> Answer.ok(json(found)
                        .put(
                                "report",
                                Listing.page(
                                        rows,
                                        call.limit(),
                                        ImportEndpoints::json,
                                        row -> String.valueOf(row.number()))))));
    }

    private Future<Answer> approve(Call call) {
        return imports.approve(call.tenantId(), call.id(), decider(call))
                .map(Call::found)
                .map(approved -> Answer.accepted(json(approved)));
    }

    private Future<Answer> reject(Call call) {
        return imports.reject(
                        call.tenantId(), call.id(), call.actor(), call.body().getString("reason", ""))
                .map(Call::found)
                .map(rejected -> Answer.ok(json(rejected)));
    }

    private static Imports.Decider decider(Call call) {
        return new Imports.Decider(call.actor(), call.principal().authority());
    }

    /** The connection that is named, or the only active one. */
    private Future<Connection> connection(Call call) {
        Optional<String> named = call.query("connection");
        return parts.connections().list(call.tenantId()).map(all -> {
            List<Connection> candidates = all.stream()
                    .filter(c -> named.isPresent()
                            ? ConnectionId.parse(named.get()).equals(Optional.of(c.id()))
                            : c.isActive())
                    .toList();
            if (candidates.size() != 1) {
                String detail = named.isPresent()
                        ? "is the id of no connection of this tenant"
                        : "is needed, because the tenant does not have exactly one active connection";
                throw new Problem(
                        Kind.UNPROCESSABLE,
                        "It is not clear through which connection these people will sign in.",
                        List.of(Field.parameter("connection", detail)),
                        0);
            }
            return candidates.get(0);
        });
    }

    private static byte[] sha256(Buffer content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content.getBytes());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonObject json(Import one) {
        JsonObject counts = new JsonObject();
        for (Step step : Step.values()) {
            counts.put(step.word(), one.count(step));
        }
        return new JsonObject()
                .put("id", one.id().toString())
                .put("status", one.status())
                .put("connection", one.connection().map(ConnectionId::toString).orElse(null))
                .put("rows", one.rows())
                .put("errors", one.count(Step.ERROR) + one.count(Step.CONFLICT))
                .put("counts", counts)
                .put("content_sha256", one.contentSha256())
                .put("requested_by", one.requestedBy())
                .put("decided_by", one.decidedBy().orElse(null))
                .put("decided_at", Times.text(one.decidedAt()))
                .put("applied_at", Times.text(one.appliedAt()))
                .put("created_at", Times.text(one.createdAt()));
    }

    private static JsonObject json(Import.ReportRow row) {
        return new JsonObject()
                .put("row", row.number())
                .put("user_name", row.userName().orElse(null))
                .put("plan", row.step().word())
                .put("detail", row.detail().orElse(null))
                .put("user", row.user().map(Object::toString).orElse(null))
                .put("applied_at", Times.text(row.appliedAt()));
    }
}
