package dev.sallyport.demo.directory;

import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A started directory with its own Vert.x, closed with it. */
final class DirectoryFixture implements AutoCloseable {
    static final String TOKEN = "correct-horse-token";

    private final Vertx vertx = Vertx.vertx();
    final DemoDirectory directory;
    final ScimCaller scim;

    DirectoryFixture(DirectoryOptions options) throws Exception {
        directory = DemoDirectory.start(vertx, "Acme", TOKEN, options)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        scim = new ScimCaller(directory.scimUrl(), TOKEN);
    }

    /** People e1, e2, … of whom none is in a group. */
    DirectoryFixture people(int howMany) {
        ids(howMany)
                .forEach(id -> directory.addPerson(DirectoryPerson.active(
                        id, id + "@acme.example", id + "@acme.example", "Given" + id, "Family")));
        return this;
    }

    static Stream<String> ids(int howMany) {
        return IntStream.rangeClosed(1, howMany).mapToObj(n -> "e" + n);
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
