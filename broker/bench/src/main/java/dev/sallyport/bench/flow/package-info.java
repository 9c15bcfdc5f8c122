/** What virtual users do: one class for each scenario, the same for every server. */
package dev.sallyport.bench.flow;
