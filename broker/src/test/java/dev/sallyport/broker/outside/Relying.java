package dev.sallyport.broker.outside;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** An application as the tests play it: begins a sign-in, swaps its code, refreshes. */
public final class Relying {
    public final String issuer;
    public final String clientId;
    public final String secret;
    public final String redirectUri;

    /**
     * @param secret null for a public client
     */
    public Relying(String issuer, String clientId, String secret, String redirectUri) {
        this.issuer = issuer;
        this.clientId = clientId;
        this.secret = secret;
        this.redirectUri = redirectUri;
    }

    /** The PKCE verifier that {@link #authorizeUrl} uses. */
    public static final String VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-0123456789";

    /** An authorization request that is in order; extra parameters are added, a null value takes one away. */
    public String authorizeUrl(String... extra) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("response_type", "code");
        parameters.put("client_id", clientId);
        parameters.put("redirect_uri", redirectUri);
        parameters.put("scope", "openid profile email");
        parameters.put("state", "state-" + UUID.randomUUID());
        parameters.put("nonce", "nonce-1");
        parameters.put("code_challenge", challenge(VERIFIER));
        parameters.put("code_challenge_method", "S256");
        for (int i = 0; i < extra.length; i += 2) {
            if (extra[i + 1] == null) {
                parameters.remove(extra[i]);
            } else {
                parameters.put(extra[i], extra[i + 1]);
            }
        }
        return issuer + "/authorize?"
                + parameters.entrySet().stream()
                        .map(e -> e.getKey() + "=" + Browser.encode(e.getValue()))
                        .collect(Collectors.joining("&"));
    }

    /** Signs somebody in and answers the redirect back, with a code or an error in it. */
    public Browser.Answer signIn(Browser browser, String... extra) {
        return browser.follow(authorizeUrl(extra), redirectUri);
    }

    /** Signs somebody in and swaps the code. */
    public JsonObject tokens(Browser browser, String... extra) {
        Browser.Answer back = signIn(browser, extra);
        if (back.location() == null || back.parameter("code") == null) {
            throw new AssertionError("no code: " + back);
        }
        Browser.Answer answer = redeem(browser, back.parameter("code"));
        if (answer.status() != 200) {
            throw new AssertionError("no tokens: " + answer);
        }
        return answer.json();
    }

    /** Redeems a code; extra form fields replace the usual ones. */
    public Browser.Answer redeem(Browser browser, String code, String... extra) {
        Map<String, String> form = new LinkedHashMap<>(Map.of(
                "grant_type",
                "authorization_code",
                "code",
                code,
                "redirect_uri",
                redirectUri,
                "code_verifier",
                VERIFIER));
        return token(browser, form, extra);
    }

    /** Uses a refresh token. */
    public Browser.Answer refresh(Browser browser, String refreshToken, String... extra) {
        return token(
                browser,
                new LinkedHashMap<>(Map.of("grant_type", "refresh_token", "refresh_token", refreshToken)),
                extra);
    }

    /** Calls the token endpoint as this client. */
    public Browser.Answer token(Browser browser, Map<String, String> form, String... extra) {
        return call(browser, issuer + "/token", form, extra);
    }

    /** Introspects. */
    public JsonObject introspect(Browser browser, String token) {
        return call(browser, issuer + "/introspect", new LinkedHashMap<>(Map.of("token", token)))
                .json();
    }

    /** Posts a form as this client to any endpoint. */
    public Browser.Answer call(Browser browser, String url, Map<String, String> form, String... extra) {
        Map<String, String> all = new LinkedHashMap<>(form);
        for (int i = 0; i < extra.length; i += 2) {
            if (extra[i + 1] == null) {
                all.remove(extra[i]);
            } else {
                all.put(extra[i], extra[i + 1]);
            }
        }
        if (secret == null) {
            all.putIfAbsent("client_id", clientId);
            return browser.post(url, all);
        }
        String basic = Base64.getEncoder().encodeToString((clientId + ":" + secret).getBytes(StandardCharsets.UTF_8));
        return browser.post(url, all, "Authorization", "Basic " + basic);
    }

    /** S256. */
    public static String challenge(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
