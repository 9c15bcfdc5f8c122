/**
 * What the web products of the demo share: escaping, the look, security headers, and short-lived memory.
 * Nothing here knows OpenID Connect.
 */
package dev.sallyport.demo.page;
