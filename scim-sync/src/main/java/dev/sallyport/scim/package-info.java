/**
 * SCIM 2.0 as a language (RFC 7643, RFC 7644): resources, filters, patches, list responses, errors. Pure: no I/O, no clock, no database.
 */
package dev.sallyport.scim;
