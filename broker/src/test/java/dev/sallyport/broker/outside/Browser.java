package dev.sallyport.broker.outside;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A browser without a screen: keeps cookies, follows redirects when told to. */
public final class Browser {
    private final CookieManager cookies;
    private final HttpClient client;
    private final String from;
    private final String to;

    /** A new browser. */
    public Browser() {
        this(new CookieManager(null, CookiePolicy.ACCEPT_ALL), "", "");
    }

    private Browser(CookieManager cookies, String from, String to) {
        this.cookies = cookies;
        this.from = from;
        this.to = to;
        this.client = HttpClient.newBuilder()
                .cookieHandler(cookies)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    /** The same browser whose requests to one {@code host:port} arrive at another, as behind a balancer. */
    public Browser through(String authority, String node) {
        return new Browser(cookies, authority, node);
    }

    /** An answer. */
    public record Answer(int status, Map<String, String> headers, String body) {
        /** The body as JSON. */
        public JsonObject json() {
            return new JsonObject(body);
        }

        /** Where it sends the browser; null if nowhere. */
        public String location() {
            return headers.get("location");
        }

        /** A query parameter of the location. */
        public String parameter(String name) {
            String query = URI.create(location()).getRawQuery();
            for (String pair : (query == null ? "" : query).split("&", -1)) {
                if (pair.startsWith(name + "=")) {
                    return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
                }
            }
            return null;
        }
    }

    /** GET with headers given as name, value, name, value. */
    public Answer get(String url, String... headers) {
        return send(request(url).GET(), headers);
    }

    /** POST of a form. */
    public Answer post(String url, Map<String, String> form, String... headers) {
        String body = form.entrySet().stream()
                .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
                .collect(Collectors.joining("&"));
        return send(
                request(url)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                headers);
    }

    /** Any method with a body of JSON. */
    public Answer json(String method, String url, JsonObject body, String... headers) {
        return send(
                request(url)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body.encode())),
                headers);
    }

    /** Follows redirects from a first GET until an answer's location begins with the prefix, or it is no redirect; at most ten. */
    public Answer follow(String url, String untilPrefix) {
        String at = url;
        Answer answer = get(at);
        for (int i = 0;
                i < 10 && answer.location() != null && !answer.location().startsWith(untilPrefix);
                i++) {
            at = URI.create(at).resolve(answer.location()).toString();
            answer = get(at);
        }
        return answer;
    }

    /** The value of a hidden field of a page's first form that has it; null if none has. */
    public static String hidden(Answer page, String name) {
        var found = java.util.regex.Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"")
                .matcher(page.body());
        return found.find() ? found.group(1) : null;
    }

    /** Forgets all cookies. */
    public void forget() {
        cookies.getCookieStore().removeAll();
    }

    /** The cookies, to look at or to tamper with. */
    public CookieManager cookies() {
        return cookies;
    }

    private HttpRequest.Builder request(String url) {
        URI uri = URI.create(url);
        return !from.isEmpty() && from.equals(uri.getRawAuthority())
                ? HttpRequest.newBuilder(URI.create(url.replace(from, to))).header("Host", from)
                : HttpRequest.newBuilder(uri);
    }

    private Answer send(HttpRequest.Builder builder, String... headers) {
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> response =
                    client.send(builder.timeout(Duration.ofSeconds(70)).build(), HttpResponse.BodyHandlers.ofString());
            Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            response.headers().map().forEach((name, values) -> all.put(name, String.join("\n", values)));
            return new Answer(response.statusCode(), all, response.body());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Percent-encodes. */
    public static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
