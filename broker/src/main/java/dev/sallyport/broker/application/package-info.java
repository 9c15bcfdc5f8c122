/** The vendor's applications: clients of the OpenID Provider, enabled tenant by tenant. */
package dev.sallyport.broker.application;
