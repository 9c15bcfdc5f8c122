/**
 * Sync runs: queued by people or by the clock, carried out by whichever node holds the lease, resumable at any point. Read, plan, write the
 * plan down, then apply it person by person.
 */
package dev.sallyport.scim.run;
