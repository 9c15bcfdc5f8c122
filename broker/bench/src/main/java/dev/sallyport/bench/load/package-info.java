/** The load generator: connections that cost little, and virtual users that each wait for an answer before they ask again. */
package dev.sallyport.bench.load;
