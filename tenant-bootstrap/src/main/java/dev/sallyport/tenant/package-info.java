/** What a tenant is, how one comes to be, and the configuration that every node may keep for a while. */
package dev.sallyport.tenant;
