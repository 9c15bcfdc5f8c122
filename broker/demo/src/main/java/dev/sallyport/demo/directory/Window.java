package dev.sallyport.demo.directory;

import dev.sallyport.demo.directory.DirectoryStore.Row;
import dev.sallyport.demo.directory.Misbehaviour.Blind;
import dev.sallyport.demo.directory.Misbehaviour.EmptyList;
import dev.sallyport.demo.directory.Misbehaviour.Endless;
import dev.sallyport.demo.directory.Misbehaviour.RepeatPage;
import dev.sallyport.demo.directory.Misbehaviour.Shift;
import dev.sallyport.demo.directory.Misbehaviour.ShiftRows;
import dev.sallyport.demo.directory.Misbehaviour.ShrinkTotals;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a list that one page shows.
 *
 * @param page the page's number, from 1
 * @param offset how many rows come before it
 * @param size the most rows it holds
 */
record Window(int page, int offset, int size) {

    /**
     * The rows to be shown and the count to be claimed.
     *
     * @param rows the rows
     * @param total the claimed totalResults
     */
    record View(List<Row> rows, int total) {}

    List<Row> slice(List<Row> all) {
        return slice(all, offset);
    }

    boolean isLast(List<Row> all) {
        return (long) offset + size >= all.size();
    }

    private List<Row> slice(List<Row> all, int from) {
        int start = Math.min(Math.max(from, 0), all.size());
        return all.subList(start, (int) Math.min((long) start + size, all.size()));
    }

    /** The page as a directory shows it that behaves like that. */
    View through(Misbehaviour how, ResourceKind kind, List<Row> all) {
        if (how instanceof EmptyList || how instanceof Blind) {
            return new View(List.of(), 0);
        }
        if (how instanceof Endless) {
            return new View(endless(kind, all), offset + 3 * Math.max(size, 1));
        }
        if (how instanceof ShrinkTotals shrink && page >= shrink.page()) {
            return new View(slice(all), Math.max(0, all.size() - shrink.by()));
        }
        if (how instanceof RepeatPage repeat && page == repeat.page()) {
            return new View(slice(all, offset - size), all.size());
        }
        if (how instanceof ShiftRows shift && page > 1) {
            return new View(shifted(shift.shift(), all), all.size());
        }
        return new View(slice(all), all.size());
    }

    private List<Row> shifted(Shift shift, List<Row> all) {
        return switch (shift) {
            case SKIP -> slice(all, offset + page - 1);
            case DOUBLE -> slice(all, offset - page + 1);
            case SWAP -> {
                List<Row> rows = new ArrayList<>(slice(all));
                if (!rows.isEmpty()) {
                    rows.set(0, all.get(offset - 1));
                }
                yield rows;
            }
        };
    }

    private List<Row> endless(ResourceKind kind, List<Row> all) {
        List<Row> rows = new ArrayList<>(slice(all));
        int number = (page - 1) * size + rows.size();
        while (rows.size() < size) {
            String name = "made-up-" + number++;
            rows.add(new Row(
                    0,
                    new JsonObject()
                            .put("schemas", new JsonArray().add(kind.urn))
                            .put("id", name)
                            .put("externalId", name)
                            .put(kind == ResourceKind.USER ? "userName" : "displayName", name)
                            .put("meta", new JsonObject().put("resourceType", kind.scimName))));
        }
        return rows;
    }
}
