/** The audit log as a chain: what was written down cannot be changed afterwards without being noticed. */
package dev.sallyport.broker.audit;
