/**
 * "Ledger", an invented expense product that sells to companies and signs their people in through Sallyport. It is written as
 * an application's author would write it, with {@code vertx-auth-oauth2} for the protocol and Nimbus for the checks that the
 * former does not make, and it knows of Sallyport only what discovery, the key set and the revocation feed tell.
 */
package dev.sallyport.demo.app;
