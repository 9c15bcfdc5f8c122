/** What the operator can set, read once at the start. */
package dev.sallyport.broker.config;
