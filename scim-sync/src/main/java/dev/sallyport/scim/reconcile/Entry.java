package dev.sallyport.scim.reconcile;

/**
 * One person as the directory names them in this read.
 *
 * @param resourceId the directory's own id
 * @param externalId empty if there is none
 * @param userName empty if there is none
 * @param active whether the directory vouches for them
 * @param fingerprint of all that would be taken over; equal means nothing to do
 * @param problem why this resource cannot be used; empty if it can
 */
public record Entry(
        String resourceId, String externalId, String userName, boolean active, String fingerprint, String problem) {}
