package dev.sallyport.tenant;

import java.time.Duration;

/**
 * How long things live in a tenant.
 *
 * @param accessToken 30 s to 5 min; the longest time a stateless token outlives its cut-off
 * @param sessionIdle a session that is not used for so long has ended
 * @param sessionMax a session ends after so long, whatever happens
 * @param refreshIdle a refresh token that is not used for so long is dead
 */
public record Lifetimes(Duration accessToken, Duration sessionIdle, Duration sessionMax, Duration refreshIdle) {}
