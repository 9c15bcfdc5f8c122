package dev.sallyport.verifier;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A Sallyport that may be told to misbehave in every way. */
public final class PlayedSallyport implements AutoCloseable {
    static final String RESOURCE = "https://api.ledger.example";
    static final String SUBJECT = "0199aaaa-0000-7000-8000-000000000001";
    static final String SID = "0199bbbb-0000-7000-8000-000000000002";
    static final String API_KEY = "key-of-a-person";
    static final String FAMILY = "0199cccc-0000-7000-8000-000000000003";

    /** How an endpoint answers. */
    @FunctionalInterface
    interface Answer {
        void send(HttpExchange exchange) throws IOException;
    }

    final ECKey key = ecKey("key-1");
    final RSAKey rsaKey = rsaKey("key-rsa");
    final AtomicInteger keyRequests = new AtomicInteger();
    final AtomicInteger feedRequests = new AtomicInteger();
    final List<String> paths = new CopyOnWriteArrayList<>();
    final Map<String, Boolean> tenants = new ConcurrentHashMap<>(Map.of("acme", true, "globex", true));
    volatile Answer keysAnswer;
    volatile Answer feedAnswer = this::feed;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> cutoffs = new ArrayList<>();
    private int version = 1;
    private boolean closed;

    public PlayedSallyport() {
        publish(key, rsaKey);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    String issuer(String tenant) {
        return url() + "/t/" + tenant;
    }

    public VerifierBuilder verifier() {
        return SallyportVerifier.builder().issuers(url() + "/t/{tenant}").resource(RESOURCE);
    }

    void publish(JWK... keys) {
        String json = new JWKSet(List.of(keys)).toPublicJWKSet().toString();
        keysAnswer = exchange -> send(exchange, 200, json);
    }

    synchronized void cutOff(String kind, String value, double notBefore) {
        cutoffs.add("{\"kind\":\"%s\",\"value\":\"%s\",\"not_before\":%s,\"expires_at\":%s}"
                .formatted(kind, value, notBefore, notBefore + 600));
        changed();
    }

    /** Forgets all cut-offs, as a node that lags behind might. */
    synchronized void forgetCutoffs() {
        cutoffs.clear();
        changed();
    }

    /** Wakes whoever polls. */
    synchronized void changed() {
        version++;
        notifyAll();
    }

    JWTClaimsSet.Builder claims(String tenant) {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(issuer(tenant))
                .audience(RESOURCE + "/t/" + tenant)
                .subject(SUBJECT)
                .claim("client_id", "ledger")
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("auth_time", now.getEpochSecond())
                .claim("sid", SID)
                .claim("fam", FAMILY)
                .claim("api_key_id", API_KEY)
                .claim("tenant", tenant)
                .claim("scope", "openid profile")
                .claim("permissions", List.of("reports:read"))
                .claim("roles", List.of("accountant"));
    }

    public String token(String tenant) {
        return sign(claims(tenant).build());
    }

    String sign(JWTClaimsSet claims) {
        return sign(key, "at+jwt", claims);
    }

    static String sign(JWK key, String type, JWTClaimsSet claims) {
        try {
            boolean ec = key instanceof ECKey;
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(ec ? JWSAlgorithm.ES256 : JWSAlgorithm.RS256)
                            .type(type == null ? null : new JOSEObjectType(type))
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            jwt.sign(ec ? new ECDSASigner((ECKey) key) : new RSASSASigner((RSAKey) key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey ecKey(String kid) {
        try {
            return new ECKeyGenerator(Curve.P_256)
                    .keyID(kid)
                    .algorithm(JWSAlgorithm.ES256)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static RSAKey rsaKey(String kid) {
        try {
            return new RSAKeyGenerator(2_048)
                    .keyID(kid)
                    .algorithm(JWSAlgorithm.RS256)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    /** The feed as it should be: with entity tag and long poll. */
    void feed(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        String known = exchange.getRequestHeaders().getFirst("If-None-Match");
        long until = System.nanoTime()
                + (query == null ? 0 : Long.parseLong(query.substring("wait=".length())) * 1_000_000_000L);
        String body;
        String etag;
        synchronized (this) {
            while (!closed && ("\"" + version + "\"").equals(known) && System.nanoTime() < until) {
                try {
                    wait(100);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            etag = "\"" + version + "\"";
            body = "{\"version\":" + version + ",\"cutoffs\":[" + String.join(",", cutoffs) + "]}";
        }
        exchange.getResponseHeaders().set("ETag", etag);
        if (feedAnswer != null && etag.equals(known)) {
            send(exchange, 304, "");
        } else {
            send(exchange, 200, body);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        paths.add(path);
        String[] parts = path.split("/", -1);
        boolean known = parts.length == 4 && tenants.containsKey(parts[2]);
        if (known && parts[3].equals("jwks")) {
            keyRequests.incrementAndGet();
            keysAnswer.send(exchange);
        } else if (known && parts[3].equals("revocations")) {
            feedRequests.incrementAndGet();
            feedAnswer.send(exchange);
        } else {
            send(exchange, 404, "{}");
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
