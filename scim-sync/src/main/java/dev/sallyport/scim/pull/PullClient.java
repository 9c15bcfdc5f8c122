package dev.sallyport.scim.pull;

import dev.sallyport.database.Database;
import dev.sallyport.outbound.OutboundGate;
import dev.sallyport.scim.directory.Directories;
import dev.sallyport.scim.directory.Directory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Reads directories over SCIM 2.0. Every call goes through the outbound gate, that for an access token too. */
public final class PullClient {
    private final Vertx vertx;
    private final OutboundGate gate;
    private final Directories directories;
    private final Database database;
    private final PullLimits limits;

    /** A client with these limits. */
    public PullClient(Vertx vertx, OutboundGate gate, Directories directories, Database database, PullLimits limits) {
        this.vertx = vertx;
        this.gate = gate;
        this.directories = directories;
        this.database = database;
        this.limits = limits;
    }

    /** Opens the directory's credential for one run. Its time starts now. */
    public Future<DirectoryReader> open(Directory directory) {
        return directories.secret(directory.tenant()).map(secret -> {
            Credential credential = new Credential(gate, directory, secret);
            DirectoryCalls calls = new DirectoryCalls(vertx, gate, directory, credential, limits);
            return new DirectoryReader(directory, calls, database, limits);
        });
    }

    /** Whether the directory can be read with its credential; for the setup pages and for {@code doctor}. Never fails for the directory's sake. */
    public Future<Probe> probe(Directory directory) {
        return open(directory)
                .compose(DirectoryReader::count)
                .map(people -> new Probe(true, people + " people found", people))
                .recover(e -> e instanceof PullFault
                        ? Future.succeededFuture(new Probe(false, e.getMessage(), 0))
                        : Future.failedFuture(e));
    }
}
