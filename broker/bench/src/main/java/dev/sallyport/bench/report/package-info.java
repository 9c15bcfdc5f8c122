/** How figures are told: as lines while they come, as JSON, as tables for the documentation. */
package dev.sallyport.bench.report;
