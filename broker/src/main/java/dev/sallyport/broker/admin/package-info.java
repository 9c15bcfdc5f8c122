/** The admin API: routes made from {@code openapi.yaml}, one class per family of resources, one place where failures become problem details. */
package dev.sallyport.broker.admin;
