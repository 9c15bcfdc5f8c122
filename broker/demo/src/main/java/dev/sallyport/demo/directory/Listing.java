package dev.sallyport.demo.directory;

import dev.sallyport.demo.directory.DirectoryStore.Row;
import dev.sallyport.demo.directory.Misbehaviour.Endless;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** List requests: filter, paging by index (RFC 7644 §3.4.2.4) or by cursor (RFC 9865), and what goes wrong on the way. */
final class Listing {
    private static final String LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

    private final DirectoryStore store;
    private final DirectoryOptions options;
    private final Faults faults;
    private final Cursors cursors = new Cursors();

    Listing(DirectoryStore store, DirectoryOptions options, Faults faults) {
        this.store = store;
        this.options = options;
        this.faults = faults;
    }

    /**
     * An answer that is ready to be sent.
     *
     * @param page the page's number, from 1
     * @param body the ListResponse
     */
    record Answer(int page, JsonObject body) {}

    /**
     * Answers a list request.
     *
     * @throws ScimException for a bad filter, cursor or number
     */
    Answer answer(ResourceKind kind, MultiMap query) {
        UnaryOperator<JsonObject> projection = Projection.of(kind, query);
        String filter = query.contains("filter") ? query.get("filter") : "";
        Predicate<JsonObject> chosen =
                query.contains("filter") ? FilterParser.parse(kind, filter) : (JsonObject any) -> true;
        boolean byCursor = options.cursorPaging() && query.contains("cursor");
        if (byCursor && query.contains("startIndex")) {
            throw ScimException.invalidValue("'cursor' and 'startIndex' exclude each other.");
        }
        int size = Math.min(Math.max(number(query, "count", options.pageSize()), 0), options.pageSize());
        List<Row> all = store.select(kind, chosen);
        String scope = kind.scimName + " " + filter;
        Window window = byCursor ? byCursor(query.get("cursor"), scope, size, all) : byIndex(query, size);
        Misbehaviour how = faults.current(kind);
        Window.View view = window.through(how, kind, all);

        JsonObject body = new JsonObject()
                .put("schemas", new JsonArray().add(LIST_RESPONSE))
                .put("totalResults", view.total())
                .put("itemsPerPage", view.rows().size());
        if (!byCursor) {
            body.put("startIndex", window.offset() + 1);
        } else if (size > 0 && view.total() > 0 && (how instanceof Endless || !window.isLast(all))) {
            List<Row> honest = window.slice(all);
            long after = honest.isEmpty()
                    ? Long.MAX_VALUE / 10
                    : honest.get(honest.size() - 1).sequence();
            body.put("nextCursor", cursors.encode(new Cursors.Position(window.page() + 1, after), scope));
        }
        if (size > 0) {
            JsonArray resources = new JsonArray();
            store.copies(view.rows()).forEach(r -> resources.add(projection.apply(r)));
            body.put("Resources", resources);
        }
        return new Answer(window.page(), body);
    }

    private Window byCursor(String cursor, String scope, int size, List<Row> all) {
        Cursors.Position position = cursors.decode(cursor, scope);
        int offset = (int)
                all.stream().filter(row -> row.sequence() <= position.after()).count();
        return new Window(position.page(), offset, size);
    }

    private static Window byIndex(MultiMap query, int size) {
        int offset = Math.max(number(query, "startIndex", 1), 1) - 1;
        return new Window(size == 0 ? 1 : offset / size + 1, offset, size);
    }

    private static int number(MultiMap query, String name, int otherwise) {
        String text = query.get(name);
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("-?\\d{1,18}")) {
            throw ScimException.invalidValue("'" + name + "' must be a whole number.");
        }
        return (int) Math.max(-1, Math.min(Long.parseLong(text), Integer.MAX_VALUE / 8));
    }
}
