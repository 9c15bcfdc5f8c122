package dev.sallyport.demo.story;

import java.util.List;
import java.util.Set;

/** The two companies with all that is theirs, as the broker meets it from outside. */
public interface World extends AutoCloseable {

    /** The first tenant: its directory is read in the story, and one of its people leaves. */
    Company acme();

    /** The second tenant, whose group {@link Cast#GROUP} means something else. */
    Company globex();

    /** Each exact {@code host:port} that the broker has to reach. */
    Set<String> addresses();

    /** Stops all of it. */
    @Override
    void close();

    /** Both. */
    default List<Company> companies() {
        return List.of(acme(), globex());
    }
}
