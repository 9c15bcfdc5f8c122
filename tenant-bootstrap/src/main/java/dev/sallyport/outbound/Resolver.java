package dev.sallyport.outbound;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** Names to addresses. Asked anew for every call, so that the answer that is checked is the one that is used. */
@FunctionalInterface
public interface Resolver {
    /** All addresses of a name, IPv4 and IPv6; fails if there are none. Never blocks. */
    Future<List<InetAddress>> resolve(String name);

    /** The resolver of Vert.x: asynchronous, so that a slow name server holds no thread; knows the hosts file. */
    static Resolver of(Vertx vertx) {
        VertxInternal internal = (VertxInternal) vertx;
        return name -> {
            Promise<List<InetSocketAddress>> promise = Promise.promise();
            internal.nameResolver().resolveAll(name, promise::handle);
            return promise.future().map(found -> found.stream()
                    .map(InetSocketAddress::getAddress)
                    .distinct()
                    .toList());
        };
    }
}
