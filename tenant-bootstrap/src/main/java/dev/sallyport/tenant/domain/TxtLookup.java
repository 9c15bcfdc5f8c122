package dev.sallyport.tenant.domain;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClientOptions;
import io.vertx.core.dns.DnsException;
import io.vertx.core.dns.DnsResponseCode;
import java.util.List;

/** Asks the DNS for TXT records. */
@FunctionalInterface
public interface TxtLookup {
    /** The TXT records of a name; none if it does not exist. Fails if no name server answers. */
    Future<List<String>> txt(String name);

    /** Asks the system's name server. */
    static TxtLookup of(Vertx vertx) {
        return of(vertx, new DnsClientOptions());
    }

    /** Asks the name server that the options name; without a host the system's. */
    static TxtLookup of(Vertx vertx, DnsClientOptions options) {
        return name -> {
            try {
                return vertx.createDnsClient(options).resolveTXT(name).recover(e -> {
                    boolean missing = e instanceof DnsException dns && dns.code() == DnsResponseCode.NXDOMAIN;
                    return missing ? Future.succeededFuture(List.of()) : Future.failedFuture(e);
                });
            } catch (IllegalStateException e) {
                return Future.failedFuture(e);
            }
        };
    }
}
