/** Who is known in a tenant: people, their identities and groups, and the decision who may come in. */
package dev.sallyport.broker.people;
