/**
 * A small corporate OpenID Provider, one per company, that plays the customer's side in the demo: authorization code with
 * PKCE, discovery, key set, refresh tokens, logout at the provider and back-channel logout to its clients. Everything is in memory.
 */
package dev.sallyport.demo.idp;
