/** {@code sallyport demo}: the broker as a process of its own, and around it a world in this one. */
package dev.sallyport.demo;
