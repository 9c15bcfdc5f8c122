package dev.sallyport.broker.web;

import dev.sallyport.tenant.page.Page;
import dev.sallyport.tenant.page.Pages;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/** The broker's small pages for people: something went wrong, choose one, are you sure. */
public final class ErrorPage {
    private final Pages pages;

    public ErrorPage(Pages pages) {
        this.pages = pages;
    }

    /** A page that says what happened and what to do. */
    public void send(RoutingContext context, int status, String title, String text) {
        pages.notice(context, status, "", title, text);
    }

    /** A page with links, one to choose. */
    public void choice(RoutingContext context, String title, String text, List<Map.Entry<String, String>> links) {
        pages.send(
                context,
                200,
                Page.narrow(
                        title,
                        "",
                        Templates.content("choice.jte", Map.of("title", title, "text", text, "links", links))));
    }

    /** A page that posts an answer on to an application (OAuth 2.0 Form Post Response Mode §2), by itself where scripts run. */
    public void post(RoutingContext context, String action, Map<String, String> fields) {
        String nonce = Pages.nonce(context);
        pages.send(
                context,
                200,
                Page.narrow(
                                "One moment",
                                "",
                                Templates.content(
                                        "post.jte", Map.of("action", action, "fields", fields, "nonce", nonce)))
                        .withLeavingForms());
    }

    /** A page with one question, answered by posting the fields back to where it came from. */
    public void question(RoutingContext context, String title, String text, String answer, Map<String, String> fields) {
        pages.send(
                context,
                200,
                Page.narrow(
                                title,
                                "",
                                Templates.content(
                                        "question.jte",
                                        Map.of(
                                                "title",
                                                title,
                                                "text",
                                                text,
                                                "answer",
                                                answer,
                                                "action",
                                                context.request().path(),
                                                "fields",
                                                fields)))
                        .withLeavingForms());
    }
}
