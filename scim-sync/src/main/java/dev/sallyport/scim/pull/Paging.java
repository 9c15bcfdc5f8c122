package dev.sallyport.scim.pull;

import dev.sallyport.scim.reconcile.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Walks one list from its first page to its last, by cursor or by index (RFC 7644 §3.4.2.4, RFC 9865). A shorter page than asked for is no
 * fault; the walk goes on behind what came. It ends with a word about what came: whole, or why not. A fault of the directory is an answer
 * here, a fault of ours a failure.
 */
final class Paging {
    private final DirectoryCalls calls;
    private final PullLimits limits;
    private final String endpoint;
    private final String filter;
    private final boolean cursor;
    private final BiFunction<Integer, List<JsonObject>, Future<Integer>> take;
    private final Set<String> cursors = new HashSet<>();
    private int pages;
    private int received;
    private int distinct;
    private int first = -1;
    private int last = -1;
    private int mostPages;
    private int faultStatus;
    private Optional<String> nextCursor = Optional.empty();

    /**
     * A walk.
     *
     * @param take is given each page with its number from 1, and answers how many of its resources had not come before
     */
    Paging(
            DirectoryCalls calls,
            PullLimits limits,
            ProviderConfig config,
            String endpoint,
            Optional<String> filter,
            BiFunction<Integer, List<JsonObject>, Future<Integer>> take) {
        this.calls = calls;
        this.limits = limits;
        this.cursor = config.cursor();
        this.endpoint = endpoint;
        this.filter = filter.map(text -> "&filter=" + encoded(text)).orElse("");
        this.take = take;
    }

    /** Walks. */
    Future<Snapshot> walk() {
        return page(cursor ? "cursor=" : "startIndex=1");
    }

    /** The HTTP status that ended the walk; 0 if none did. */
    int faultStatus() {
        return faultStatus;
    }

    private Future<Optional<Snapshot>> faulty(Throwable failure) {
        if (failure instanceof PullFault fault) {
            faultStatus = fault.status();
            return Future.succeededFuture(broken(fault.getMessage()));
        }
        return Future.failedFuture(failure);
    }

    private Future<Snapshot> page(String position) {
        String path = "/" + endpoint + "?" + position + "&count=" + limits.pageSize() + filter;
        return calls.document(path)
                .map(Page::of)
                .compose(this::taken)
                .recover(this::faulty)
                .compose(end -> end.isPresent() ? Future.succeededFuture(end.get()) : page(next()));
    }

    private String next() {
        return nextCursor.map(value -> "cursor=" + encoded(value)).orElse("startIndex=" + (received + 1));
    }

    private Future<Optional<Snapshot>> taken(Page page) {
        pages++;
        if (first < 0) {
            first = page.total();
            int perPage = Math.max(1, page.resources().size());
            mostPages = page.total() / perPage + 1 + limits.extraPages();
        }
        last = page.total();
        received += page.resources().size();
        if (Math.max(last, received) > limits.maxResources()) {
            return Future.succeededFuture(broken("more than " + limits.maxResources() + " resources"));
        }
        return take.apply(pages, page.resources()).map(fresh -> {
            distinct += fresh;
            return end(page);
        });
    }

    private Optional<Snapshot> end(Page page) {
        nextCursor = cursor ? page.nextCursor() : Optional.empty();
        boolean more = cursor
                ? nextCursor.isPresent()
                : received < page.total() && !page.resources().isEmpty();
        if (!more) {
            return Optional.of(verdict());
        }
        if (pages >= mostPages) {
            return broken("the list does not end");
        }
        if (cursor && !cursors.add(nextCursor.orElseThrow())) {
            return broken("a cursor came twice");
        }
        return Optional.empty();
    }

    private Snapshot verdict() {
        if (distinct < received) {
            return incomplete("a resource came twice");
        }
        if (first != last) {
            return incomplete("the number of resources changed while they were read");
        }
        if (distinct != last) {
            return incomplete(distinct + " of " + last + " resources came");
        }
        return Snapshot.complete(distinct);
    }

    private Optional<Snapshot> broken(String why) {
        return Optional.of(incomplete(endpoint + ", page " + Math.max(1, first < 0 ? 1 : pages + 1) + ": " + why));
    }

    private Snapshot incomplete(String why) {
        return Snapshot.incomplete(why, distinct, first, last);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
