/** What all endpoints share: the tenant of a request, parameters that may come once only, headers, the one place where failures become answers. */
package dev.sallyport.broker.web;
