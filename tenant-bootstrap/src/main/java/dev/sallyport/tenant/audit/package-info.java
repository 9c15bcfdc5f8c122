/** Writing down who did what, in the same transaction as the deed. */
package dev.sallyport.tenant.audit;
