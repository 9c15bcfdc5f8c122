/**
 * The ground: the schema and how it is brought up to date, the database handle, the one door to a tenant's rows, and the
 * PostgreSQL that is started when none is configured.
 */
package dev.sallyport.database;
