package dev.sallyport.broker;

import dev.sallyport.broker.admin.AdminRoutes;
import dev.sallyport.broker.web.Edge;
import io.vertx.ext.web.Router;

/** Everything that the main listener answers, in the order in which it is asked. */
final class MainRoutes {
    private final Parts parts;

    MainRoutes(Parts parts) {
        this.parts = parts;
    }

    Router router() {
        Router router = Router.router(parts.vertx);
        new Edge(parts.settings).mount(router);
        parts.op().mount(router);
        parts.scimRoutes.mount(router);
        parts.setupPages.mount(router);
        parts.loginPage.mount(router);
        new AdminRoutes(parts.adminDocument, parts.admin()).mount(router);
        parts.pages.mount(router);
        return router;
    }
}
