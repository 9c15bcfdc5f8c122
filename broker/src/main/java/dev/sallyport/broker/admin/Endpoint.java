package dev.sallyport.broker.admin;

import io.vertx.core.Future;
import java.util.Map;

/** Does what one operation of the document says. */
@FunctionalInterface
interface Endpoint {
    /** Fails with what {@link Problems} knows. */
    Future<Answer> handle(Call call);

    /** The endpoints of one family of resources. */
    @FunctionalInterface
    interface Family {
        /** By operation id. */
        Map<String, Endpoint> endpoints();
    }
}
