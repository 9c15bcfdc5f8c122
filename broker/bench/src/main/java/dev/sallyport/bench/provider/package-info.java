/** The servers that are loaded, each furnished over its own admin API, and the identity provider that both send people to. */
package dev.sallyport.bench.provider;
