package dev.sallyport.broker.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Await;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Many pollers and many cut-offs. With {@code -Dfeed.pollers=10000} it measures what {@code docs/benchmarks.md} tells; it says what it found
 * on standard output.
 */
class FeedLoadTest {
    private static final int POLLERS = Integer.getInteger("feed.pollers", 1_000);
    private static final int TENANTS = 10;

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static final List<Tenant> tenants = new ArrayList<>();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        broker.catalogue();
        for (int i = 0; i < TENANTS; i++) {
            tenants.add(broker.liveTenant("t" + i, idp));
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
        idp.close();
        vertx.close();
    }

    private static void cutOff(Tenant tenant, String kind, int many) {
        new Rows(broker)
                .change("INSERT INTO revocations (tenant_id, kind, value, not_before, expires_at) SELECT '"
                        + tenant.id()
                        + "', '" + kind
                        + "', gen_random_uuid()::text, now(), now() + interval '10 minutes' FROM generate_series(1, "
                        + many + ")");
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static long heapAfterCollection() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Test
    @DisplayName(
            "C06: open long polls cost nothing while nothing happens, and all of a tenant's are answered within a second")
    void pollers() {
        HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(POLLERS + 10));
        List<String> tags = new ArrayList<>();
        for (Tenant tenant : tenants) {
            tags.add(new Browser()
                    .get(broker.issuer(tenant.slug()) + "/revocations")
                    .headers()
                    .get("ETag"));
        }
        long heapBefore = heapAfterCollection();
        AtomicInteger sent = new AtomicInteger();
        AtomicInteger[] answered = new AtomicInteger[TENANTS];
        AtomicLong lastAnswer = new AtomicLong();
        for (int i = 0; i < TENANTS; i++) {
            answered[i] = new AtomicInteger();
        }
        for (int i = 0; i < POLLERS; i++) {
            int tenant = i % TENANTS;
            client.request(HttpMethod.GET, broker.port, "127.0.0.1", "/t/t" + tenant + "/revocations?wait=55")
                    .compose(request -> request.putHeader("If-None-Match", tags.get(tenant))
                            .send()
                            .onSuccess(response -> sent.incrementAndGet()))
                    .compose(HttpClientResponse::body)
                    .onSuccess(body -> {
                        lastAnswer.set(System.nanoTime());
                        answered[tenant].incrementAndGet();
                    });
            if (i % 500 == 499) {
                int opened = i + 1;
                assertTrue(Await.within(Duration.ofSeconds(20), () -> waiting() >= opened), "only " + waiting());
            }
        }
        assertTrue(Await.within(Duration.ofSeconds(30), () -> waiting() == POLLERS), "only " + waiting());
        long heap = heapAfterCollection() - heapBefore;
        long cpu = cpuNanos();
        Await.within(Duration.ofSeconds(3), () -> false);
        double idle = (cpuNanos() - cpu) / 3e9;
        assertEquals(0, sent.get(), "nobody was answered while nothing happened");

        long began = System.nanoTime();
        cutOff(tenants.get(0), "jti", 1);
        int here = POLLERS / TENANTS;
        assertTrue(Await.within(Duration.ofSeconds(5), () -> answered[0].get() == here));
        double one = (lastAnswer.get() - began) / 1e6;
        assertEquals(here, sent.get(), "nobody else's poller was answered");

        began = System.nanoTime();
        for (int i = 1; i < TENANTS; i++) {
            cutOff(tenants.get(i), "jti", 1);
        }
        assertTrue(Await.within(Duration.ofSeconds(15), () -> sent.get() == POLLERS));
        double all = (lastAnswer.get() - began) / 1e6;
        System.out.printf(
                "%d pollers: %.1f KiB of heap each (both ends), %.1f %% of one core while idle, %d answered after %.0f ms, the other %d after %.0f ms%n",
                POLLERS, heap / 1024.0 / POLLERS, idle * 100, here, one, POLLERS - here, all);
        client.close();
    }

    private static int waiting() {
        return broker.waitingPollers();
    }

    @Test
    @DisplayName(
            "C05: ten thousand people offboarded at once make an answer of bounded size, read at most five times a second")
    void tenThousandAtOnce() {
        Tenant tenant = tenants.get(1);
        String url = broker.issuer(tenant.slug()) + "/revocations";
        Browser browser = new Browser();
        browser.get(url);
        long began = System.nanoTime();
        cutOff(tenant, "user", 10_000);
        cutOff(tenant, "session", 10_000);
        long written = System.nanoTime();
        assertTrue(Await.within(
                Duration.ofSeconds(2),
                () -> browser.get(url).json().getJsonArray("cutoffs").size() >= 20_000));
        long read = System.nanoTime();
        int size = browser.get(url).body().length();
        System.out.printf(
                "20000 cut-offs: written in %.0f ms, whole answer %.0f ms later, %d KiB%n",
                (written - began) / 1e6, (read - written) / 1e6, size / 1024);
        assertTrue(size < 4 * 1024 * 1024, size + " bytes");
    }
}
