package dev.sallyport.tenant.page;

import io.vertx.core.http.HttpServerRequest;
import java.net.URI;

/**
 * Tells whether a form was sent from one of our own pages. Our pages send no referrer, and then browsers name the origin of their own form
 * {@code null} (Fetch, "append a request Origin header"); what they say in {@code Sec-Fetch-Site} counts instead. Programs that are no
 * browsers send neither; they carry the form's token all the same.
 */
public final class Origins {
    private final String own;
    private final boolean secure;

    /**
     * @param publicUrl the base of all addresses
     */
    public Origins(String publicUrl) {
        URI uri = URI.create(publicUrl);
        this.secure = uri.getScheme().equals("https");
        this.own = uri.getScheme() + "://" + uri.getRawAuthority();
    }

    /** Whether the request may come from our own page. */
    public boolean isOwn(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String origin = request.getHeader("Origin");
        // Browsers keep Sec-Fetch-Site from plain http; only there can "null" be all that an own page says.
        return origin == null || origin.equals(own) || (origin.equals("null") && !secure);
    }
}
