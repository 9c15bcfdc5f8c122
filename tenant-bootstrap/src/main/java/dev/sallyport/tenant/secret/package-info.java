/** Secrets: those that are only compared (hashed), and those that must be read back (wrapped). */
package dev.sallyport.tenant.secret;
