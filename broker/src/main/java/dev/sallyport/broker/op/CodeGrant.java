package dev.sallyport.broker.op;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.session.SessionEnd;
import dev.sallyport.broker.token.CodeRedemption;
import dev.sallyport.broker.token.ConsentCheck;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.broker.web.Parameters;
import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.audit.AuditEvent;
import dev.sallyport.tenant.audit.AuditTrail;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code authorization_code} (RFC 6749 §4.1.3, RFC 7636 §4.6). The code is burnt by whatever attempt its own client makes, right or wrong;
 * a second use by that client ends what the first one started. Another client's attempt changes nothing.
 */
public final class CodeGrant {
    private final Database database;
    private final CodeRedemption redemption;
    private final ConsentCheck consent;
    private final TokenAnswer answer;
    private final Clock clock;

    public CodeGrant(Database database, TokenAnswer answer, Clock clock) {
        this.database = database;
        this.redemption = new CodeRedemption(database);
        this.consent = new ConsentCheck(database);
        this.answer = answer;
        this.clock = clock;
    }

    Future<JsonObject> grant(Tenant tenant, Applications.Client client, Parameters form) {
        String code = form.require("code");
        String redirectUri = form.require("redirect_uri");
        String challenge = challenge(form.require("code_verifier"));
        Resource.require(form, client);
        return consent.ofCode(tenant, client, code)
                .compose(allowed -> allowed ? answer.ready(tenant) : Future.failedFuture(OAuthError.invalidGrant()))
                .compose(ready -> redemption
                        .redeem(tenant, client.id(), code, redirectUri, challenge, clock.instant())
                        .compose(outcome -> {
                            if (outcome instanceof CodeRedemption.Outcome.Redeemed redeemed) {
                                return answer.of(ready, tenant, client, redeemed.granted());
                            }
                            return outcome instanceof CodeRedemption.Outcome.Replayed replayed
                                    ? replayed(tenant, client, replayed.session())
                                    : Future.failedFuture(OAuthError.invalidGrant());
                        }));
    }

    /** RFC 6749 §4.1.2: a code that comes twice has leaked; everything of its session goes. */
    private Future<JsonObject> replayed(Tenant tenant, Applications.Client client, UUID session) {
        return database.tenants()
                .transaction(tenant.id(), tx -> SessionEnd.end(
                                tx, tenant.id(), List.of(session), "code_reuse", Optional.empty())
                        .compose(v -> AuditTrail.append(
                                tx,
                                tenant.id(),
                                AuditEvent.of("application:" + client.id(), "code_reuse", "session:" + session))))
                .compose(v -> Future.failedFuture(OAuthError.invalidGrant()));
    }

    /** What a verifier makes; nothing that was ever sent as a challenge if it is none. */
    private static String challenge(String verifier) {
        if (!verifier.matches("[A-Za-z0-9._~-]{43,128}")) {
            return "";
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
