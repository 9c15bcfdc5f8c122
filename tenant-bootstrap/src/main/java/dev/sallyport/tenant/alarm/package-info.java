/** What somebody has to look at: a provider that changed its issuer, a secret that will expire, a link for emergencies that was used. */
package dev.sallyport.tenant.alarm;
