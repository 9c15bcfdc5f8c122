package dev.sallyport.outbound;

import dev.sallyport.database.TenantId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One call on behalf of a tenant or an application.
 *
 * @param share of the concurrency that it uses
 * @param url as it was given to us; the gate parses it
 * @param headers names to values
 * @param body null for none
 * @param insists whether it is made although the server has just failed several times, because a person asks for it
 */
public record OutboundRequest(
        Share share,
        HttpMethod method,
        String url,
        Map<String, String> headers,
        Buffer body,
        OutboundLimits limits,
        boolean insists) {

    public OutboundRequest {
        headers = Map.copyOf(headers);
        if (headers.entrySet().stream().anyMatch(h -> isBroken(h.getKey()) || isBroken(h.getValue()))) {
            throw new IllegalArgumentException("a header holds a control character");
        }
    }

    /** A GET that wants JSON. */
    public static OutboundRequest get(TenantId tenant, String url) {
        return get(Share.of(tenant), url);
    }

    /** A GET that wants JSON, on somebody's share. */
    public static OutboundRequest get(Share share, String url) {
        return new OutboundRequest(
                share, HttpMethod.GET, url, Map.of("Accept", "application/json"), null, OutboundLimits.DEFAULT, false);
    }

    /** A form POST that wants JSON (application/x-www-form-urlencoded, UTF-8). */
    public static OutboundRequest form(TenantId tenant, String url, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
        return new OutboundRequest(
                Share.of(tenant),
                HttpMethod.POST,
                url,
                Map.of("Accept", "application/json", "Content-Type", "application/x-www-form-urlencoded"),
                Buffer.buffer(body),
                OutboundLimits.DEFAULT,
                false);
    }

    /** A call with a JSON body. */
    public static OutboundRequest json(TenantId tenant, HttpMethod method, String url, JsonObject body) {
        return new OutboundRequest(
                Share.of(tenant),
                method,
                url,
                Map.of("Accept", "application/json", "Content-Type", "application/json"),
                body.toBuffer(),
                OutboundLimits.DEFAULT,
                false);
    }

    /** The same with one more header; it replaces one of exactly that name. */
    public OutboundRequest withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new OutboundRequest(share, method, url, more, body, limits, insists);
    }

    /** The same with other limits. */
    public OutboundRequest withLimits(OutboundLimits other) {
        return new OutboundRequest(share, method, url, headers, body, other, insists);
    }

    /** The same on somebody else's share. */
    public OutboundRequest on(Share other) {
        return new OutboundRequest(other, method, url, headers, body, limits, insists);
    }

    /**
     * The same for a person who asks for it, as in "test connection": it is made even while the server is left alone because it has
     * failed several times. All other limits hold.
     */
    public OutboundRequest insisting() {
        return new OutboundRequest(share, method, url, headers, body, limits, true);
    }

    /** Without headers and body: both may hold secrets. */
    @Override
    public String toString() {
        return method + " for " + share.name();
    }

    private static boolean isBroken(String text) {
        return text.chars().anyMatch(c -> c < ' ' || c == 0x7f);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
