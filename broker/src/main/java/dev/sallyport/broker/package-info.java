/** The server: everything that answers a request, and what it does meanwhile. Packages are cut by feature. */
package dev.sallyport.broker;
