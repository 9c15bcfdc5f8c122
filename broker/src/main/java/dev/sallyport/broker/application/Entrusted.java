package dev.sallyport.broker.application;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What the operator entrusts an application with beyond signing people in. Nothing, unless the operator says so (D09).
 *
 * @param managesApiKeys its people may make API keys without a recent sign-in
 * @param exchangesApiKeys it may exchange API keys for access tokens (RFC 8693)
 * @param onBehalfOf client ids of the applications for whose audience it may exchange access tokens of its own audience (RFC 8693)
 */
public record Entrusted(boolean managesApiKeys, boolean exchangesApiKeys, SortedSet<String> onBehalfOf) {
    /** What every application begins with. */
    public static final Entrusted NOTHING = new Entrusted(false, false, Collections.emptySortedSet());

    public Entrusted {
        onBehalfOf = Collections.unmodifiableSortedSet(new TreeSet<>(onBehalfOf));
    }

    /** Whether it may exchange anything at all. */
    public boolean exchanges() {
        return exchangesApiKeys || !onBehalfOf.isEmpty();
    }
}
