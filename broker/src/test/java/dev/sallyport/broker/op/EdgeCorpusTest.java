package dev.sallyport.broker.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import dev.sallyport.broker.Rows;
import dev.sallyport.broker.TestBroker;
import dev.sallyport.broker.outside.Browser;
import dev.sallyport.broker.outside.EvilIdp;
import dev.sallyport.broker.outside.Forged;
import dev.sallyport.broker.outside.RawHttp;
import dev.sallyport.broker.outside.Relying;
import dev.sallyport.tenant.Tenant;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What comes over the wire when nobody means well; after each test an honest sign-in works. */
class EdgeCorpusTest {
    private static final String REDIRECT = "https://ledger.example/callback";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
    private static final Queue<String> LOGS = new ConcurrentLinkedQueue<>();

    private static Vertx vertx;
    private static EvilIdp idp;
    private static TestBroker broker;
    private static Rows rows;
    private static Tenant acme;
    private static Relying app;
    private static RawHttp raw;
    private static String basic;
    private static Level before;
    private static final AppenderBase<ILoggingEvent> CAPTURE = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            StringBuilder text = new StringBuilder(event.getFormattedMessage());
            for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
                text.append(' ').append(t.getMessage());
            }
            LOGS.add(event.getLevel() + " " + text);
        }
    };

    @BeforeAll
    static void start() {
        Logger ours = (Logger) LoggerFactory.getLogger("dev.sallyport");
        before = ours.getLevel();
        ours.setLevel(Level.TRACE);
        CAPTURE.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(CAPTURE);
        vertx = Vertx.vertx();
        idp = EvilIdp.start(vertx);
        broker = TestBroker.start(idp.hostPort());
        rows = new Rows(broker);
        broker.catalogue();
        acme = broker.liveTenant("acme", idp);
        String secret = broker.application("ledger", REDIRECT, Optional.empty());
        broker.enable(acme, "ledger");
        app = new Relying(broker.issuer("acme"), "ledger", secret, REDIRECT);
        raw = new RawHttp("127.0.0.1", broker.port);
        basic = "Authorization: Basic "
                + Base64.getEncoder().encodeToString(("ledger:" + secret).getBytes(StandardCharsets.UTF_8));
    }

    @AfterAll
    static void stop() {
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(CAPTURE);
        ((Logger) LoggerFactory.getLogger("dev.sallyport")).setLevel(before);
        broker.close();
        idp.close();
        vertx.close();
    }

    @AfterEach
    void stillWorks() {
        assertNotNull(app.tokens(new Browser()).getString("access_token"));
    }

    /** All that comes back until the server closes or falls silent; bytes as Latin-1. */
    private static String exchange(String bytes) {
        byte[] all = new byte[65_536];
        int length = 0;
        try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), broker.port)) {
            socket.setSoTimeout(400);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            int n = socket.getInputStream().read(all);
            while (n > 0) {
                length += n;
                n = socket.getInputStream().read(all, length, all.length - length);
            }
        } catch (IOException silentOrReset) {
            return new String(all, 0, length, StandardCharsets.ISO_8859_1);
        }
        return new String(all, 0, length, StandardCharsets.ISO_8859_1);
    }

    @Test
    @DisplayName(
            "D18: a request whose end is ambiguous is answered at most once and ends its connection; nothing hides in it")
    void framing() {
        String host = "Host: 127.0.0.1:" + broker.port + "\r\n";
        String post = "POST /t/acme/token HTTP/1.1\r\n" + host + FORM + "\r\n";
        String hidden = "GET /t/acme/jwks HTTP/1.1\r\n" + host + "\r\n";
        Map<String, String> corpus = new LinkedHashMap<>();
        corpus.put("CL and TE", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden);
        corpus.put("TE and CL", post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + hidden);
        corpus.put("two CL", post + "Content-Length: 0\r\nContent-Length: " + hidden.length() + "\r\n\r\n" + hidden);
        corpus.put("CL list", post + "Content-Length: 0, 5\r\n\r\n" + hidden);
        corpus.put("CL plus", post + "Content-Length: +0\r\n\r\n" + hidden);
        corpus.put("CL negative", post + "Content-Length: -1\r\n\r\n" + hidden);
        corpus.put("CL hex", post + "Content-Length: 0x0\r\n\r\n" + hidden);
        corpus.put("CL huge", post + "Content-Length: 99999999999999999999\r\n\r\n" + hidden);
        corpus.put("TE unknown", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden);
        corpus.put(
                "TE twice",
                post + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden);
        corpus.put("TE space before colon", post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + hidden);
        corpus.put("TE vertical tab", post + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n" + hidden);
        corpus.put("chunk size rubbish", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n" + hidden);
        corpus.put("chunk size negative", post + "Transfer-Encoding: chunked\r\n\r\n-1\r\n" + hidden);
        corpus.put("chunk size huge", post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + hidden);
        corpus.put(
                "TE in HTTP/1.0", post.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden);
        corpus.put("folded header", post + "X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n");
        corpus.put("NUL in a header", post + "X: a\u0000b\r\nContent-Length: 0\r\n\r\n");
        corpus.put("header without colon", post + "nonsense\r\nContent-Length: 0\r\n\r\n");
        corpus.put("header without name", post + ": x\r\nContent-Length: 0\r\n\r\n");
        corpus.put("no Host", "GET /t/acme/jwks HTTP/1.1\r\n\r\n");
        corpus.put("two Hosts", "GET /t/acme/jwks HTTP/1.1\r\n" + host + "Host: evil.example\r\n\r\n");
        corpus.put("absolute form", "GET http://evil.example/t/acme/jwks HTTP/1.1\r\n" + host + "\r\n");
        corpus.put("bare LF", "GET /t/acme/jwks HTTP/1.1\nHost: evil.example\n\n");
        corpus.put("no version", "GET /t/acme/jwks\r\n\r\n");
        corpus.put("version 9.9", "GET /t/acme/jwks HTTP/9.9\r\n" + host + "\r\n");
        corpus.put("CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\n" + host + "\r\n");
        corpus.put("asterisk", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n");
        corpus.put("not HTTP", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n");
        corpus.put("long header", post + "X: " + "y".repeat(70_000) + "\r\n\r\n");
        corpus.put("many headers", post + "X: y\r\n".repeat(5_000) + "\r\n");
        corpus.put("line break in the path", "GET /t/acme/x%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\n" + host + "\r\n");
        StringBuilder wrong = new StringBuilder();
        corpus.forEach((name, bytes) -> {
            String answer = exchange(bytes);
            if (answer.contains("\"keys\":") && !name.equals("bare LF")) {
                wrong.append(name).append(": the hidden or misdirected request was answered\n");
            }
            if (answer.startsWith("HTTP/1.1 5")
                    && !answer.startsWith("HTTP/1.1 501")
                    && !answer.startsWith("HTTP/1.1 505")) {
                wrong.append(name).append(": ").append(answer, 0, 30).append('\n');
            }
            if (answer.toLowerCase(java.util.Locale.ROOT).contains("\r\nset-cookie:")
                    || answer.contains("evil.example")) {
                wrong.append(name).append(": reflected\n");
            }
        });
        assertEquals("", wrong.toString());
    }

    /** Whatever goes into one place. */
    private static final List<String> PAYLOADS = List.of(
            "' OR '1'='1",
            "'; DROP TABLE users; --",
            "x'); SELECT pg_sleep(5); --",
            "${jndi:ldap://127.0.0.1:1/a}",
            "{{7*7}}",
            "$1",
            "%",
            "_",
            "\\",
            "\u0000",
            "a\u0000b",
            "\r\nX-Evil: 1",
            "\u001b[31m",
            "\u202egpj.exe",
            "\uffff",
            "\ud83d\ude00",
            "<script>alert(1)</script>",
            "../../etc/passwd",
            "x".repeat(5_000),
            "spr_",
            "spc_",
            "spk_",
            "a.b.c",
            "..",
            "eyJhbGciOiJub25lIn0.e30.",
            "00000000-0000-0000-0000-000000000000",
            "-1",
            "99999999999999999999",
            "1e309",
            "[]",
            "{\"a\":1}");

    /** Percent-encoded bytes that are no text. */
    private static final List<String> BYTES =
            List.of("%ed%a0%80", "%c0%80", "%ff", "%f5%80%80%80", "%zz", "%", "%u0000");

    @Test
    @DisplayName(
            "H06, C09: injection, NUL, lone surrogates and rubbish in every OAuth parameter are the sender's error, quickly, and change nothing")
    void everyParameter() {
        List<String> names = List.of(
                "grant_type",
                "code",
                "redirect_uri",
                "code_verifier",
                "refresh_token",
                "scope",
                "resource",
                "audience",
                "client_id",
                "client_secret",
                "client_assertion",
                "client_assertion_type",
                "token",
                "token_type_hint",
                "subject_token",
                "subject_token_type",
                "requested_token_type",
                "actor_token",
                "access_token",
                "response_type",
                "response_mode",
                "state",
                "nonce",
                "code_challenge",
                "code_challenge_method",
                "prompt",
                "max_age",
                "acr_values",
                "login_hint",
                "ui_locales",
                "claims",
                "id_token_hint",
                "connection",
                "request",
                "request_uri",
                "post_logout_redirect_uri",
                "logout_token",
                "decision",
                "confirm",
                "iss",
                "error");
        List<String> posts = List.of(
                "token",
                "par",
                "introspect",
                "revoke",
                "userinfo",
                "authorize",
                "logout",
                "consent",
                "federation/" + broker.connections(acme).get(0).id() + "/backchannel-logout",
                "account/sign-out",
                "account/sessions/end",
                "account/api-keys/end",
                "account/consents/revoke");
        List<String> gets = List.of(
                "authorize",
                "logout",
                "consent",
                "userinfo",
                "revocations",
                "account",
                "federation/" + broker.connections(acme).get(0).id() + "/callback");
        Rows.Counts counts = rows.counts();
        String good = app.authorizeUrl("prompt", "none").split("\\?", 2)[1];
        StringBuilder wrong = new StringBuilder();
        int turn = 0;
        for (String name : names) {
            List<String> values = new java.util.ArrayList<>();
            PAYLOADS.forEach(p -> values.add(Browser.encode(p)));
            values.addAll(BYTES);
            for (String value : values) {
                String bad = name + "=" + value;
                // Each value goes to two endpoints, another two each time.
                String to = posts.get(turn % posts.size());
                String from = gets.get(turn++ % gets.size());
                String grant = name.equals("grant_type")
                        ? ""
                        : "&grant_type="
                                + List.of(
                                                "authorization_code",
                                                "refresh_token",
                                                "client_credentials",
                                                Browser.encode(ExchangeHouse.EXCHANGE))
                                        .get(turn % 4);
                judge(
                        wrong,
                        "POST " + to + " " + bad,
                        raw.send("POST /t/acme/" + to, basic + "\r\n" + FORM, bad + grant + "&" + without(good, name)));
                judge(
                        wrong,
                        "GET " + from + " " + bad,
                        raw.send("GET /t/acme/" + from + "?" + bad + "&" + without(good, name), "", ""));
            }
        }
        assertEquals("", wrong.toString());
        assertEquals(counts, rows.counts());
    }

    private static String without(String query, String name) {
        return java.util.Arrays.stream(query.split("&", -1))
                .filter(p -> !p.startsWith(name + "="))
                .collect(java.util.stream.Collectors.joining("&"));
    }

    private static void judge(StringBuilder wrong, String what, RawHttp.Answer answer) {
        if (answer.status() >= 500 || answer.status() == 0) {
            wrong.append(what, 0, Math.min(200, what.length()))
                    .append(": ")
                    .append(answer.status())
                    .append(' ')
                    .append(answer.body())
                    .append('\n');
        }
        if (answer.header("X-Evil") != null || answer.body().contains("<script>alert")) {
            wrong.append(what, 0, Math.min(200, what.length())).append(": reflected\n");
        }
    }

    @Test
    @DisplayName(
            "A04, C09: a bearer that is a broken, bombed or self-signed JWT is refused everywhere, and is nobody's server error")
    void brokenBearers() {
        var mine = EvilIdp.newKey();
        JsonObject header =
                new JsonObject().put("alg", "ES256").put("typ", "at+jwt").put("kid", mine.getKeyID());
        JsonObject claims = new JsonObject()
                .put("iss", app.issuer)
                .put("sub", "x")
                .put("aud", "a")
                .put("exp", 4e9)
                .put("iat", 1);
        Map<String, String> tokens = new LinkedHashMap<>();
        tokens.put("self-signed", Forged.sign(header, claims, mine));
        tokens.put(
                "private jwk",
                Forged.sign(header.copy().put("jwk", new JsonObject(mine.toJSONObject())), claims, mine));
        tokens.put("jwk a number", Forged.sign(header.copy().put("jwk", 1), claims, mine));
        tokens.put("kid NUL", Forged.sign(header.copy().put("kid", "\u0000"), claims, mine));
        tokens.put("kid a number", Forged.sign(header.copy().put("kid", 1), claims, mine));
        tokens.put(
                "crit",
                Forged.sign(
                        header.copy()
                                .put("crit", new io.vertx.core.json.JsonArray().add("b64"))
                                .put("b64", false),
                        claims,
                        mine));
        tokens.put("x5u", Forged.sign(header.copy().put("x5u", "::::"), claims, mine));
        tokens.put(
                "x5c",
                Forged.sign(header.copy().put("x5c", new io.vertx.core.json.JsonArray().add("%")), claims, mine));
        tokens.put("none", Forged.unsigned(header.copy().put("alg", "none"), claims));
        tokens.put("alg a list", Forged.unsigned(header.copy().put("alg", new io.vertx.core.json.JsonArray()), claims));
        tokens.put("deep", Forged.deep(header, mine, 2_000));
        tokens.put("dots", ".".repeat(2_000));
        tokens.put("two dots", "..");
        tokens.put("issuer a number", Forged.sign(header, claims.copy().put("iss", 1), mine));
        tokens.put("issuer NUL", Forged.sign(header, claims.copy().put("iss", app.issuer + "\u0000"), mine));
        tokens.put(
                "duplicate alg",
                base64("{\"alg\":\"ES256\",\"alg\":\"none\",\"typ\":\"at+jwt\"}") + "." + base64("{}") + "."
                        + base64("x"));
        tokens.put(
                "lone surrogate",
                base64("{\"alg\":\"ES256\",\"kid\":\"\\ud800\"}") + "." + base64("{\"iss\":\"\\ud800\"}") + "."
                        + base64("x"));
        tokens.put("not UTF-8", "_w._w._w");
        StringBuilder wrong = new StringBuilder();
        tokens.forEach((name, token) -> {
            for (String target : List.of(
                    "GET /t/acme/userinfo",
                    "GET /t/acme/api-keys",
                    "GET /admin/v1/tenants/acme",
                    "GET /t/acme/scim/v2/Users")) {
                int status =
                        raw.send(target, "Authorization: Bearer " + token, "").status();
                if (status != 401) {
                    wrong.append(name + " " + target + ": " + status + "\n");
                }
            }
            String form = "token=" + Browser.encode(token);
            RawHttp.Answer asked = raw.send("POST /t/acme/introspect", basic + "\r\n" + FORM, form);
            if (!asked.body().equals("{\"active\":false}")) {
                wrong.append(name + " introspect: " + asked + "\n");
            }
            judge(wrong, name + " revoke", raw.send("POST /t/acme/revoke", basic + "\r\n" + FORM, form));
            judge(
                    wrong,
                    name + " exchange",
                    raw.send(
                            "POST /t/acme/token",
                            basic + "\r\n" + FORM,
                            "grant_type=" + Browser.encode(ExchangeHouse.EXCHANGE) + "&subject_token_type="
                                    + Browser.encode(ExchangeHouse.ACCESS_TOKEN) + "&subject_" + form));
            judge(wrong, name + " hint", raw.send("GET /t/acme/logout?id_token_hint=" + Browser.encode(token), "", ""));
            judge(
                    wrong,
                    name + " hint",
                    raw.send(
                            "GET /t/acme/authorize?"
                                    + app.authorizeUrl("id_token_hint", token).split("\\?", 2)[1],
                            "",
                            ""));
            RawHttp.Answer client = raw.send(
                    "POST /t/acme/token",
                    FORM,
                    "grant_type=client_credentials&client_assertion_type=" + Browser.encode(Credential.JWT_BEARER)
                            + "&client_assertion=" + Browser.encode(token));
            if (client.status() != 401) {
                wrong.append(name + " assertion: " + client + "\n");
            }
        });
        assertEquals("", wrong.toString());
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("C09: the body of an API key in any broken form is the sender's error")
    void brokenKeyBodies() {
        String access = app.tokens(new Browser()).getString("access_token");
        String bearer = "Authorization: Bearer " + access + "\r\nContent-Type: application/json";
        StringBuilder wrong = new StringBuilder();
        for (String body : List.of(
                "",
                "null",
                "[]",
                "1",
                "\"x\"",
                "{",
                "{\"name\":\"a\",\"name\":1}",
                "{\"name\":\"\\u0000\"}",
                "{\"name\":\"\\ud800\"}",
                "{\"name\":\"a\",\"expires_in\":1e309}",
                "{\"name\":\"a\",\"expires_in\":-1}",
                "{\"name\":\"a\",\"expires_in\":1.5}",
                "{\"name\":\"a\",\"expires_in\":\"60\"}",
                "{\"name\":\"a\",\"expires_in\":99999999999999999999}",
                "{\"name\":\"a\",\"scopes\":[\"\\u0000\"]}",
                "{\"name\":\"a\",\"scopes\":[1]}",
                "{\"name\":\"a\",\"scopes\":{}}",
                "{\"name\":\"a\",\"scopes\":[null]}",
                "{\"name\":\"a\",\"scopes\":[\"" + "s".repeat(60_000) + "\"]}",
                "{\"a\":".repeat(3_000),
                "[".repeat(30_000))) {
            RawHttp.Answer answer = raw.send("POST /t/acme/api-keys", bearer, body);
            if (answer.status() < 400 || answer.status() >= 500) {
                wrong.append(body, 0, Math.min(80, body.length()))
                        .append(": ")
                        .append(answer.status())
                        .append('\n');
            }
        }
        assertEquals("", wrong.toString());
    }

    @Test
    @DisplayName(
            "H07: no code, token, verifier, secret or cookie comes into the log, at the finest level, on good ways and bad")
    void nothingInTheLog() {
        LOGS.clear();
        Browser browser = new Browser();
        Browser.Answer back = app.signIn(browser);
        String code = back.parameter("code");
        JsonObject tokens = app.redeem(browser, code).json();
        JsonObject next =
                app.refresh(browser, tokens.getString("refresh_token")).json();
        app.introspect(browser, next.getString("access_token"));
        String key =
                ExchangeHouse.key(browser, app, next.getString("access_token")).getString("key");
        app.introspect(browser, key);
        app.redeem(browser, code);
        app.refresh(browser, tokens.getString("refresh_token") + "x");
        browser.get(app.issuer + "/userinfo", "Authorization", "Bearer " + next.getString("access_token") + "x");
        app.call(
                browser,
                app.issuer + "/token",
                Map.of("grant_type", "canary-grant\r\nforged line", "code", "spc_canary-code"));
        raw.send(
                "POST /t/acme/token",
                FORM,
                "grant_type=refresh_token&refresh_token=spr_canary%zz&client_secret=canary-secret&client_id=ledger");
        raw.send("GET /t/acme/authorize?state=canary-state%zz", "Cookie: sallyport_session=canary-cookie", "");
        raw.send("POST /t/acme/token", "Authorization: Basic canary-basic\r\n" + FORM, "grant_type=x");
        raw.send("GET /admin/v1/tenants", "Authorization: Bearer canary-operator", "");
        List<String> secrets = List.of(
                code,
                Relying.VERIFIER,
                tokens.getString("access_token"),
                tokens.getString("refresh_token"),
                next.getString("refresh_token"),
                next.getString("access_token").split("\\.", -1)[2],
                tokens.getString("id_token"),
                key,
                app.secret,
                EvilIdp.SECRET,
                TestBroker.OPERATOR,
                "canary");
        for (String line : LOGS) {
            for (String secret : secrets) {
                assertFalse(line.contains(secret), () -> "in the log: " + line);
            }
        }
        assertTrue(LOGS.stream().noneMatch(line -> line.startsWith("ERROR")), () -> String.join("\n", LOGS));
    }
}
