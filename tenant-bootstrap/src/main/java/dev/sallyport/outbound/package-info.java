/**
 * The one way out. Every address that a tenant gave us is called through {@link dev.sallyport.outbound.OutboundGate}: parsed once,
 * resolved, checked, and connected to exactly as checked.
 */
package dev.sallyport.outbound;
