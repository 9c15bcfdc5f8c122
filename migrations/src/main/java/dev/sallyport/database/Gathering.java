package dev.sallyport.database;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Gathers questions of one kind that wait at the same moment into one statement. While a statement of a tenant is under way on an event
 * loop, what comes in meanwhile waits and travels as the next one; nobody waits for company that has not come. Every question is answered
 * after the commit of its statement. Tenants are never gathered together.
 *
 * <p>A question that cannot be answered fails alone: when a statement for several is refused, each is asked again by itself. Only what may
 * be asked twice belongs here: a statement that failed has changed nothing.
 *
 * @param <I> a question
 * @param <O> its answer
 */
public final class Gathering<I, O> {
    /** So many questions travel together at most. */
    private static final int MOST_TOGETHER = 128;
    /** So many of one tenant wait on one event loop at most; one more is answered like a database that is away (I01). */
    private static final int MOST_WAITING = 4_096;

    private final Batch<I, O> batch;
    private final Function<I, Object> key;
    private final ThreadLocal<Map<TenantId, Line>> lines = ThreadLocal.withInitial(HashMap::new);

    /**
     * Makes a gathering.
     *
     * @param key what two questions must not share in one statement; {@code null} of a question that may stand beside any other
     * @param batch asks several at once
     */
    public Gathering(Function<I, Object> key, Batch<I, O> batch) {
        this.key = key;
        this.batch = batch;
    }

    /**
     * Asks the database several questions of one tenant in one transaction.
     *
     * @param <I> a question
     * @param <O> its answer
     */
    @FunctionalInterface
    public interface Batch<I, O> {
        /** Answers in the order of the questions. */
        Future<List<O>> ask(TenantId tenant, List<I> questions);
    }

    /** Asks one question. Fails as the statement fails, or with {@link DatabaseUnavailable} if too many wait. */
    public Future<O> ask(TenantId tenant, I question) {
        Context context = Vertx.currentContext();
        if (context == null || !context.isEventLoopContext()) {
            return alone(tenant, question);
        }
        Line line = lines.get().computeIfAbsent(tenant, Line::new);
        if (line.waiting.size() >= MOST_WAITING) {
            return Future.failedFuture(
                    new DatabaseUnavailable(new IllegalStateException("too many requests of one tenant wait")));
        }
        Waiting<I, O> waiting = new Waiting<>(question, context, Promise.promise());
        line.waiting.add(waiting);
        line.wake(context);
        return waiting.answer.future();
    }

    private Future<O> alone(TenantId tenant, I question) {
        return batch.ask(tenant, List.of(question)).map(answers -> answers.get(0));
    }

    private record Waiting<I, O>(I question, Context context, Promise<O> answer) {}

    /** What one tenant has waiting on one event loop; touched by that thread only. */
    private final class Line {
        private final TenantId tenant;
        private final Deque<Waiting<I, O>> waiting = new ArrayDeque<>();
        private boolean busy;

        private Line(TenantId tenant) {
            this.tenant = tenant;
        }

        /** Goes at the end of what the event loop has in hand, so that requests that were read together travel together. */
        private void wake(Context context) {
            if (!busy) {
                busy = true;
                context.runOnContext(v -> go());
            }
        }

        private void go() {
            List<Waiting<I, O>> now = next();
            together(now).onComplete(done -> {
                if (done.succeeded()) {
                    for (int i = 0; i < now.size(); i++) {
                        answer(now.get(i), Future.succeededFuture(done.result().get(i)));
                    }
                } else if (now.size() == 1 || done.cause() instanceof DatabaseUnavailable) {
                    now.forEach(each -> answer(each, Future.failedFuture(done.cause())));
                } else {
                    now.forEach(each -> alone(tenant, each.question)
                            .onComplete(one -> answer(
                                    each,
                                    one.succeeded()
                                            ? Future.succeededFuture(one.result())
                                            : Future.failedFuture(one.cause()))));
                }
                if (waiting.isEmpty()) {
                    busy = false;
                    lines.get().remove(tenant, this);
                } else {
                    go();
                }
            });
        }

        private Future<List<O>> together(List<Waiting<I, O>> now) {
            try {
                return batch.ask(tenant, now.stream().map(Waiting::question).toList());
            } catch (RuntimeException e) {
                return Future.failedFuture(e);
            }
        }

        /** Those that may travel together; who shares a key with one of them stays for the next time. */
        private List<Waiting<I, O>> next() {
            List<Waiting<I, O>> now = new ArrayList<>(Math.min(waiting.size(), MOST_TOGETHER));
            Set<Object> keys = new HashSet<>();
            Deque<Waiting<I, O>> later = new ArrayDeque<>();
            while (!waiting.isEmpty() && now.size() < MOST_TOGETHER) {
                Waiting<I, O> each = waiting.poll();
                Object its = key.apply(each.question);
                (its == null || keys.add(its) ? now : later).add(each);
            }
            while (!later.isEmpty()) {
                waiting.addFirst(later.pollLast());
            }
            return now;
        }

        private void answer(Waiting<I, O> to, Future<O> with) {
            // Each in the context of its own request, not in that of whoever came first.
            to.context.runOnContext(v -> with.onComplete(to.answer));
        }
    }
}
