package dev.sallyport.broker.signals;

import dev.sallyport.broker.application.Applications;
import dev.sallyport.broker.token.Tokens;
import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.outbound.OutboundRefused;
import dev.sallyport.outbound.OutboundRequest;
import dev.sallyport.outbound.Share;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Future;
import java.util.Map;

/** Tells an application that a session ended (Back-Channel Logout 1.0 §2.5). A logout token is signed anew for each attempt, with the notice's own id. */
public final class BackchannelLogout implements Outbox.Delivery {
    private final Applications applications;
    private final Tokens tokens;
    private final OutboundGate gate;

    public BackchannelLogout(Applications applications, Tokens tokens, OutboundGate gate) {
        this.applications = applications;
        this.tokens = tokens;
        this.gate = gate;
    }

    @Override
    public Future<String> deliver(Tenant tenant, Notice notice) {
        return applications.find(notice.clientId().orElse("")).compose(application -> {
            if (application.isEmpty()) {
                return Future.succeededFuture("application_gone");
            }
            Applications.Client client = new Applications.Client(application.get(), "");
            String sid = notice.session().map(Object::toString).orElse("");
            return tokens.logoutToken(
                            tenant, client, notice.subject(), sid, notice.id().toString())
                    .compose(token ->
                            gate.send(OutboundRequest.form(tenant.id(), notice.target(), Map.of("logout_token", token))
                                    .on(Share.ofNotices(tenant.id()))))
                    .compose(response -> response.status() == 200 || response.status() == 204
                            ? Future.succeededFuture("http_" + response.status())
                            : Future.<String>failedFuture("http_" + response.status()))
                    .recover(e -> Future.failedFuture(
                            e instanceof OutboundRefused refused
                                    ? refused.reason().word()
                                    : e.getMessage()));
        });
    }
}
