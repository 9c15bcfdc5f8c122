/** The two companies of the story with Keycloak as their identity provider and as their directory. */
package dev.sallyport.demo.keycloak;
