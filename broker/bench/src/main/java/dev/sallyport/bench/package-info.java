/** {@code sallyport bench}: what is started, in which order it is loaded, and how the figures are told. */
package dev.sallyport.bench;
