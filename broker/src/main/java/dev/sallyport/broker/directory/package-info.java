/** What a tenant's directory, read or pushed, does to people: the broker's side of {@link dev.sallyport.scim.directory.DirectoryPeople}. */
package dev.sallyport.broker.directory;
