package dev.sallyport.broker.admin;

import dev.sallyport.tenant.setup.LinkWanted;
import dev.sallyport.tenant.setup.SetupLink;
import dev.sallyport.tenant.setup.SetupLinks;
import dev.sallyport.tenant.setup.SetupProgress;
import dev.sallyport.tenant.setup.SetupPurpose;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** {@code …/setup-links}: one-time links into a tenant's setup. */
final class SetupLinkEndpoints implements Endpoint.Family {
    private static final Set<SetupPurpose> USUAL =
            EnumSet.of(SetupPurpose.FEDERATE, SetupPurpose.DOMAIN, SetupPurpose.DIRECTORY);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final AdminParts parts;
    private final SetupLinks links;

    SetupLinkEndpoints(AdminParts parts) {
        this.parts = parts;
        this.links = parts.setupLinks();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of(
                "createSetupLink", this::create,
                "listSetupLinks", this::list,
                "getSetupLink", this::get,
                "revokeSetupLink", this::revoke);
    }

    private Future<Answer> create(Call call) {
        JsonObject body = call.body();
        Duration life = body.containsKey("expires_in")
                ? Duration.ofSeconds(body.getInteger("expires_in"))
                : SetupLinks.DEFAULT_LIFETIME;
        LinkWanted wanted = new LinkWanted(
                life,
                purposes(body),
                Optional.ofNullable(body.getString("recipient")),
                body.getBoolean("second_step", false));
        return links.create(call.tenant(), wanted, call.actor()).map(made -> {
            Answer created = Answer.created(
                            json(made.link()),
                            parts.publicUrl() + "/admin/v1/tenants/"
                                    + call.tenant().slug() + "/setup-links/"
                                    + made.link().id())
                    .showing("url", made.url());
            return made.code().map(code -> created.showing("code", code)).orElse(created);
        });
    }

    private Future<Answer> list(Call call) {
        String after = call.cursor()
                .map(cursor -> Cursor.key(cursor, id -> ID.matcher(id).matches()))
                .orElse("");
        return links.list(call.tenantId(), after, call.limit() + 1)
                .map(found -> Answer.ok(Listing.page(found, call.limit(), SetupLinkEndpoints::json, SetupLink::id)));
    }

    private Future<Answer> get(Call call) {
        return links.find(call.tenantId(), call.path("id")).map(Call::found).compose(link -> links.progress(
                        call.tenant())
                .map(progress -> Answer.ok(json(link).put("progress", json(progress)))));
    }

    private Future<Answer> revoke(Call call) {
        return links.revoke(call.tenantId(), call.path("id"), call.actor()).map(known -> {
            if (!known) {
                throw Problem.notFound();
            }
            return Answer.gone();
        });
    }

    private static Set<SetupPurpose> purposes(JsonObject body) {
        JsonArray given = body.getJsonArray("purposes");
        if (given == null) {
            return USUAL;
        }
        Set<SetupPurpose> purposes = EnumSet.noneOf(SetupPurpose.class);
        given.forEach(word -> SetupPurpose.parse((String) word).ifPresent(purposes::add));
        return purposes;
    }

    private static JsonObject json(SetupProgress progress) {
        return new JsonObject()
                .put("domains", progress.domains())
                .put("proven_domains", progress.provenDomains())
                .put("connected", progress.connected())
                .put("checked", progress.checked())
                .put("tested", progress.tested())
                .put("group_rules", progress.groupRules())
                .put("directory", progress.directory())
                .put("live", progress.live());
    }

    private static JsonObject json(SetupLink link) {
        return new JsonObject()
                .put("id", link.id())
                .put("state", link.state().word())
                .put(
                        "purposes",
                        new JsonArray(link.purposes().stream()
                                .sorted()
                                .map(SetupPurpose::word)
                                .toList()))
                .put("recipient", link.recipient().orElse(null))
                .put("created_by", link.createdBy())
                .put("created_at", Times.text(link.createdAt()))
                .put("expires_at", Times.text(link.expiresAt()))
                .put("opened", link.opened())
                .put("second_step", link.secondStep())
                .put("wrong_codes", link.wrongCodes())
                .put("session_expires_at", Times.text(link.sessionExpiresAt()))
                .put("last_seen_at", Times.text(link.lastSeenAt()))
                .put("redeemed_at", Times.text(link.redeemedAt()))
                .put("completed_at", Times.text(link.completedAt()))
                .put("revoked_at", Times.text(link.revokedAt()));
    }
}
