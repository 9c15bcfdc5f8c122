package dev.sallyport.broker.web;

import dev.sallyport.tenant.page.Pages;
import gg.jte.Content;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import java.util.Map;

/** The broker's own templates. */
public final class Templates {
    private static final TemplateEngine ENGINE = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Templates.class.getClassLoader(), "dev.sallyport.broker");

    private Templates() {}

    /** A template as content for a page. */
    public static Content content(String template, Map<String, Object> parameters) {
        return Pages.content(ENGINE, template, parameters);
    }
}
