package dev.sallyport.scim.directory;

import dev.sallyport.tenant.ConnectionId;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * A person as the directory describes them; every text fits its column.
 *
 * @param resourceId PULL: the directory's id. PUSH: the person's user id as text; for somebody new a fresh UUID that the account may take
 * @param externalId the client's id; data within (tenant, source), never a key to another account
 * @param groups all groups of the person; empty if the source does not say, and then memberships stay as they are
 * @param resource what is kept of the SCIM resource
 * @param fingerprint hex of SHA-256 over all that is taken over; empty if it has to be taken over again next time
 * @param connection the connection through which the person is expected to sign in, if the directory belongs to one
 */
public record DirectoryPerson(
        DirectorySource source,
        String resourceId,
        Optional<String> externalId,
        String userName,
        Optional<String> email,
        Optional<String> displayName,
        Optional<String> givenName,
        Optional<String> familyName,
        Optional<List<DirectoryGroup>> groups,
        JsonObject resource,
        String fingerprint,
        Optional<ConnectionId> connection) {
    public DirectoryPerson {
        groups = groups.map(List::copyOf);
    }

    /** The same with everything the directory says of their groups. */
    public DirectoryPerson withGroups(List<DirectoryGroup> all) {
        return new DirectoryPerson(
                source,
                resourceId,
                externalId,
                userName,
                email,
                displayName,
                givenName,
                familyName,
                Optional.of(all),
                resource,
                fingerprint,
                connection);
    }
}
