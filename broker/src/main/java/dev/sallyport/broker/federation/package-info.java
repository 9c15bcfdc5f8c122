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
 *   <li>the groups, which must be all that there are ({@link dev.sallyport.broker.federation.GroupClaim}, B06), and the key of the person, which
 *       comes from the ID token alone ({@link dev.sallyport.broker.federation.SubjectClaim}, A01, A02)
 * </ul>
 *
 * Every call goes through the outbound gate; what proves us to the IdP goes out by {@link dev.sallyport.tenant.connection.ClientProof} and to no
 * other place than it was entered for.
 */
package dev.sallyport.broker.federation;
