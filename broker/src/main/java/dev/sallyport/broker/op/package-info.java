/** The OpenID Provider that each tenant is: one file per endpoint and per grant. */
package dev.sallyport.broker.op;
