package dev.sallyport.bench.provider;

import java.time.Duration;
import java.util.List;

/** A server under load: a process of its own, ready and furnished. */
public interface Server extends AutoCloseable {

    /** Its name in the figures. */
    String name();

    /** Its version, and what was told to its Java machine. */
    String described();

    /** The tenants or realms over which the load is spread. */
    List<Provider> providers();

    /** From the start of the process to the first time that it said it was ready. */
    Duration readyAfter();

    /** Its process. */
    long pid();

    /** Stops it. */
    @Override
    void close();
}
