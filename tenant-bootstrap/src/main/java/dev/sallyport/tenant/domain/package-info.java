/** The e-mail domains that tenants have proven to be theirs, and by which a sign-in finds its tenant. */
package dev.sallyport.tenant.domain;
