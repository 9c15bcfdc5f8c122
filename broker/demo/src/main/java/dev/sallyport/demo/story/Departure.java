package dev.sallyport.demo.story;

import java.time.Instant;

/**
 * How Alice left.
 *
 * @param held what she held until then
 * @param receipt the id of her receipt
 * @param refusedAt when the application's API refused her access token for the first time
 */
record Departure(Holdings held, String receipt, Instant refusedAt) {}
