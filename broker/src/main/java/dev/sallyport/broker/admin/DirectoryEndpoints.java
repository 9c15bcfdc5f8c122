package dev.sallyport.broker.admin;

import dev.sallyport.scim.directory.Directories;
import dev.sallyport.scim.directory.DirectoryChange;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;

/** {@code …/directory}: where the tenant's directory is and how it is read. */
final class DirectoryEndpoints implements Endpoint.Family {
    private final AdminParts parts;
    private final Directories directories;

    DirectoryEndpoints(AdminParts parts) {
        this.parts = parts;
        this.directories = parts.directories();
    }

    @Override
    public Map<String, Endpoint> endpoints() {
        return Map.of("getDirectory", this::get, "putDirectory", this::put);
    }

    private Future<Answer> get(Call call) {
        return directories.find(call.tenantId()).map(Call::found).map(directory -> Answer.ok(directory.json())
                .version(directory.version()));
    }

    private Future<Answer> put(Call call) {
        DirectoryChange change = DirectoryChange.parse(call.body());
        Optional<Long> version = call.ifVersion();
        return directories.find(call.tenantId()).compose(before -> directories
                .put(call.tenantId(), change, version, call.actor())
                .map(written -> before.isPresent()
                        ? Answer.ok(written.json()).version(written.version())
                        : Answer.created(
                                        written.json(),
                                        parts.publicUrl() + "/admin/v1/tenants/"
                                                + call.tenant().slug() + "/directory")
                                .version(written.version())));
    }
}
