/** How a tenant comes to life: a link that works once, and the pages that lead its admin from there to going live. */
package dev.sallyport.tenant.setup;
