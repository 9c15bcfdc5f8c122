/**
 * What a directory read means for the people we know. {@link dev.sallyport.scim.reconcile.ReconcilePlan} is a pure function: same read, same
 * people, same brakes, same plan, in whatever order they are given.
 */
package dev.sallyport.scim.reconcile;
