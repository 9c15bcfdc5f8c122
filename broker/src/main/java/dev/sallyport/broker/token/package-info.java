/** Tokens: what is put into them, who gets them again, and when they stop being good. */
package dev.sallyport.broker.token;
