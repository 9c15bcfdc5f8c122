package dev.sallyport.scim.pull;

/**
 * A first look at a directory.
 *
 * @param ok whether people can be listed
 * @param detail fixed words and numbers; nothing of the answer's content
 * @param people how many the directory says it has; 0 if it cannot be read
 */
public record Probe(boolean ok, String detail, int people) {}
