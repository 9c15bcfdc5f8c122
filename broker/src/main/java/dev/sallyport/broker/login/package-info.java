/**
 * Home-realm discovery: {@code /login} leads somebody who does not know their tenant's address to its sign-in, by what they or an application
 * know of them. It tells which tenant has proven a domain, which routing cannot hide, and nothing else.
 */
package dev.sallyport.broker.login;
