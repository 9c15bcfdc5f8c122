/** Keys that somebody else publishes, and how they are kept without doing harm to anybody. */
package dev.sallyport.tenant.jwks;
