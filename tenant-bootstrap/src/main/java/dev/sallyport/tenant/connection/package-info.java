/** A tenant's connections to its identity providers: what is configured, what the provider says of itself, and whether both agree. */
package dev.sallyport.tenant.connection;
