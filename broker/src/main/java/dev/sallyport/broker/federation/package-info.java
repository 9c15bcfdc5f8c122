/**
 * Towards the tenant's identity provider. {@link dev.sallyport.broker.federation.Departure} stores a one-use transaction and sends the
 * browser there; {@link dev.sallyport.broker.federation.Arrival} takes the callback, burns the transaction before anything else, and
 * compares what came with what was stored:
 *
 * <ul>
 *   <li>the path's connection and the transaction's; the browser's cookie and the transaction's (A03, A09, D05)
 *   <li>the {@code iss} parameter, which must come where the metadata announces it (RFC 9207)
 *   <li>of the ID token: signature by a key of this connection's JWKS with an algorithm from the connection's own list (A04), exact
 *       {@code iss} (A06), single {@code aud}, {@code azp}, {@code typ} (A08), {@code nonce} (A09), {@code exp}/{@code iat}/{@code nbf}
 *       (A19), {@code auth_time} and {@code acr} where they were asked for (A20)
 *   <li>{@code sub} of userinfo, which must equal the ID token's
 * </ul>
 *
 * Every call goes through the outbound gate.
 */
package dev.sallyport.broker.federation;
