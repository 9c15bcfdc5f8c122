package dev.sallyport.scim.push;

import dev.sallyport.scim.Selection;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;

/** What can be done with one kind of resource. Refusals are {@link dev.sallyport.scim.ScimException}, thrown or as failures. */
interface Endpoint {
    Future<Answer> list(Caller caller, ListQuery query);

    Future<Answer> get(Caller caller, String id, Selection selection);

    Future<Answer> create(Caller caller, JsonObject body, Selection selection);

    Future<Answer> replace(Caller caller, String id, JsonObject body, Selection selection);

    Future<Answer> patch(Caller caller, String id, JsonObject body, Selection selection);

    Future<Answer> delete(Caller caller, String id);
}
