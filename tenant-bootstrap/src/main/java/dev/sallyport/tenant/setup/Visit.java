package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.page.Page;
import dev.sallyport.tenant.page.Pages;
import dev.sallyport.tenant.page.Step;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/** One request within a setup session. */
record Visit(RoutingContext ctx, SetupParts parts, SetupSession session, SetupState state) {
    Tenant tenant() {
        return session.tenant();
    }

    String csrf() {
        return session.csrf();
    }

    /** The address of a step, as links and forms need it. */
    String path(String step) {
        return parts.pages().base() + "/setup/" + session.linkId() + "/" + step;
    }

    /** A field of the form that was sent, without blanks around it; empty if it is not there. */
    String field(String name) {
        String value = ctx.request().getFormAttribute(name);
        return value == null ? "" : value.strip();
    }

    boolean hasField(String name) {
        return ctx.request().formAttributes().contains(name);
    }

    /** Answers with the page of a step. */
    void show(int status, String title, String step, String template, Object view) {
        parts.pages().send(ctx, status, page(title, step, template, Map.of("view", view)));
    }

    Page page(String title, String step, String template, Map<String, Object> parameters) {
        List<Step> steps = Checklist.beside(this, step);
        return Page.steps(title, tenant().name(), steps, parts.pages().content(template, parameters));
    }

    /** Goes on to a step. */
    void goTo(String step) {
        Pages.seeOther(ctx, path(step));
    }
}
