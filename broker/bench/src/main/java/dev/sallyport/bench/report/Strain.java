package dev.sallyport.bench.report;

/**
 * What a scenario did to a server's process.
 *
 * @param before MiB that it held
 * @param after MiB that it held
 * @param blocked how often it has said meanwhile that an event loop was blocked
 */
public record Strain(long before, long after, long blocked) {}
