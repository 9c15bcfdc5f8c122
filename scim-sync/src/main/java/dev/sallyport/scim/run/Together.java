package dev.sallyport.scim.run;

import io.vertx.core.Future;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Works through a list, several at a time. */
final class Together {
    private Together() {}

    /** Ends when all are done, or when one failed and the others that were under way have ended. */
    static <T> Future<Void> each(List<T> items, int width, Function<T, Future<Void>> work) {
        Iterator<T> iterator = items.iterator();
        List<Future<Void>> lanes = IntStream.range(0, Math.min(width, items.size()))
                .mapToObj(lane -> lane(iterator, work))
                .toList();
        return lanes.isEmpty() ? Future.succeededFuture() : Future.join(lanes).mapEmpty();
    }

    private static <T> Future<Void> lane(Iterator<T> iterator, Function<T, Future<Void>> work) {
        T item;
        synchronized (iterator) {
            if (!iterator.hasNext()) {
                return Future.succeededFuture();
            }
            item = iterator.next();
        }
        return work.apply(item).compose(done -> lane(iterator, work));
    }
}
