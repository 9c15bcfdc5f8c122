/** Signing keys: one set per tenant, made when it goes live, wrapped at rest. */
package dev.sallyport.broker.keys;
