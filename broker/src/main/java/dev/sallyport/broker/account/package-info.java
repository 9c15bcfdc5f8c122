/** A person's own page: where they are signed in, what they allowed, which API keys they have, and the end of each. */
package dev.sallyport.broker.account;
