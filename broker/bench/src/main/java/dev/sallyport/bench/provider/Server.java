package dev.sallyport.bench.provider;

import java.time.Duration;
import java.util.List;

/** A server under load: a process of its own, ready and furnished. */
public interface Server {

    /** Its name in the figures. */
    String name();

    /** Its version, and what was told to its Java machine. */
    String described();

    /** The tenants or realms over which the load is spread. */
    List<Provider> providers();

    /** From the start of the process to its first answer, on an empty database: the schema is made meanwhile. */
    Duration firstReadyAfter();

    /** The same for its second start, on what the first one made. */
    Duration readyAfter();

    /** How often it has said that one of its event loops was blocked; zero if it has none. */
    default long blocked() {
        return 0;
    }

    /** Its process. */
    long pid();
}
