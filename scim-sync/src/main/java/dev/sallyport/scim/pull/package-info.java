/**
 * Reading a tenant's directory over SCIM 2.0 through the outbound gate: paging, patience, limits, and an honest word about whether the
 * read was whole.
 */
package dev.sallyport.scim.pull;
