/** Sessions: one per browser and tenant, asked of the database on every use. */
package dev.sallyport.broker.session;
