package dev.sallyport.demo.directory;

import dev.sallyport.demo.directory.Misbehaviour.Blind;
import dev.sallyport.demo.directory.Misbehaviour.Break;
import dev.sallyport.demo.directory.Misbehaviour.BreakPage;
import dev.sallyport.demo.directory.Misbehaviour.Stall;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** What the directory does wrong at present, and for which kinds of resources. May be used from any thread. */
final class Faults {
    private record Active(Misbehaviour what, Set<ResourceKind> kinds, AtomicInteger hits) {}

    private volatile Active active = active(Misbehaviour.none(), EnumSet.allOf(ResourceKind.class));

    private static Active active(Misbehaviour what, Set<ResourceKind> kinds) {
        return new Active(what, EnumSet.copyOf(kinds), new AtomicInteger());
    }

    void set(Misbehaviour what, Set<ResourceKind> kinds) {
        active = active(what, kinds);
    }

    Misbehaviour current() {
        return active.what();
    }

    Misbehaviour current(ResourceKind kind) {
        Active now = active;
        return now.kinds().contains(kind) ? now.what() : Misbehaviour.none();
    }

    boolean blind(ResourceKind kind) {
        return current(kind) instanceof Blind;
    }

    boolean stalls(ResourceKind kind, int page) {
        return current(kind) instanceof Stall stall && stall.page() == page;
    }

    /** How the page breaks this time, if it does; counts the times. */
    Optional<Break> broken(ResourceKind kind, int page) {
        Active now = active;
        if (now.kinds().contains(kind)
                && now.what() instanceof BreakPage broken
                && broken.page() == page
                && now.hits().getAndUpdate(n -> n < broken.times() ? n + 1 : n) < broken.times()) {
            return Optional.of(broken.how());
        }
        return Optional.empty();
    }
}
