package dev.sallyport.demo.directory;

import java.util.concurrent.atomic.AtomicLong;

/** Counts requests; may be used from any thread. */
final class RequestMeter {
    final AtomicLong total = new AtomicLong();
    final AtomicLong refused = new AtomicLong();
    final AtomicLong lists = new AtomicLong();
    final AtomicLong singles = new AtomicLong();
    final AtomicLong writes = new AtomicLong();
    final AtomicLong discovery = new AtomicLong();

    RequestCounts counts() {
        return new RequestCounts(total.get(), refused.get(), lists.get(), singles.get(), writes.get(), discovery.get());
    }
}
