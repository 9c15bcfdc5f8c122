/**
 * Checks access tokens (RFC 9068) of all tenants of a Sallyport in front of an API, by the tenants' published keys and revocation feeds
 * alone. {@link dev.sallyport.verifier.SallyportVerifier} is the way in.
 */
package dev.sallyport.verifier;
