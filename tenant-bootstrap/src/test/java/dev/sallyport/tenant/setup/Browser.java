package dev.sallyport.tenant.setup;

import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A plain HTTP client with cookies that sends forms as a browser would and follows no redirect. */
public final class Browser {
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    private final HttpClient client = HttpClient.newBuilder()
            .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** A GET. */
    public HttpResponse<String> get(String url) {
        return send(HttpRequest.newBuilder(URI.create(url)).GET());
    }

    /** Any request. */
    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A form POST with exactly these fields. */
    public HttpResponse<String> post(String url, Map<String, String> fields, String... headers) {
        return post(url, fields.entrySet().stream().toList(), headers);
    }

    /** A form POST with these fields, names repeated as given. */
    public HttpResponse<String> post(String url, List<Map.Entry<String, String>> fields, String... headers) {
        String body = fields.stream()
                .map(f -> encode(f.getKey()) + "=" + encode(f.getValue()))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /** Loads a page, fills its form and sends it with the page's own token. */
    public HttpResponse<String> submit(String url, List<Map.Entry<String, String>> fields) {
        List<Map.Entry<String, String>> all = new java.util.ArrayList<>(fields);
        all.add(Map.entry("csrf", csrf(get(url).body())));
        return post(url, all);
    }

    /** The token of a page's form. */
    public static String csrf(String page) {
        Matcher matcher = CSRF.matcher(page);
        if (!matcher.find()) {
            throw new AssertionError("no form token in: " + page);
        }
        return matcher.group(1);
    }

    /** Opens a link and presses its button. */
    public HttpResponse<String> redeem(String url) {
        int hash = url.indexOf('#');
        return post(url.substring(0, hash) + "/redeem", Map.of("secret", url.substring(hash + 1)));
    }

    /** The same with the code of the second step. */
    public HttpResponse<String> redeem(String url, String code) {
        int hash = url.indexOf('#');
        return post(url.substring(0, hash) + "/redeem", Map.of("secret", url.substring(hash + 1), "code", code));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
