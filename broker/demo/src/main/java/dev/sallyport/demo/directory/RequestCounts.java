package dev.sallyport.demo.directory;

/**
 * How many SCIM requests a directory has seen since it started.
 *
 * @param total all requests below the SCIM base address, refused ones included
 * @param refused requests without the right bearer token
 * @param lists list requests of users or groups
 * @param singles reads of one user or group
 * @param writes POST, PUT, PATCH and DELETE requests
 * @param discovery reads of ServiceProviderConfig, Schemas and ResourceTypes
 */
public record RequestCounts(long total, long refused, long lists, long singles, long writes, long discovery) {}
