/** Notices that go out: each is a row in the outbox, delivered at least once by whichever node holds the tenant's lease. */
package dev.sallyport.broker.signals;
