/**
 * The SCIM 2.0 service provider of each tenant, for identity providers that push (RFC 7644). People are changed through
 * {@link dev.sallyport.scim.directory.DirectoryPeople} and in no other way.
 */
package dev.sallyport.scim.push;
