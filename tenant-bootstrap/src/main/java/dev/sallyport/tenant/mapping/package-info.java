/** The platform's catalogue of permissions and roles, and each tenant's mapping of groups to roles, as they are stored. */
package dev.sallyport.tenant.mapping;
