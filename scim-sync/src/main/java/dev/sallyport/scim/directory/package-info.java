/**
 * The tenant's directory: where it is and how it may be read, what it says of a person, and the one interface through which that word
 * changes anything.
 */
package dev.sallyport.scim.directory;
