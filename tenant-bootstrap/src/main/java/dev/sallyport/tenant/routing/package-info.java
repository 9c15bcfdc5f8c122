/** By which of a tenant's connections somebody signs in: rules of the tenant's admins, decided by a pure function. */
package dev.sallyport.tenant.routing;
