package dev.sallyport.demo.story;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A person's browser: keeps cookies, follows redirects, sends forms. It runs no scripts. For one thread. */
public final class Browser {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303);
    private static final int MOST_REDIRECTS = 20;

    private final CookieJar cookies = new CookieJar();

    /** Opens an address and follows where it leads. */
    public Page open(String address) {
        return open(URI.create(address));
    }

    /** Opens an address and follows where it leads. */
    public Page open(URI address) {
        return follow(get(address));
    }

    /** Opens an address and stays there, even if it leads on. */
    public Page peek(String address) {
        return get(URI.create(address));
    }

    /** Sends a form and follows where it leads. */
    public Page send(Form form) {
        return follow(post(form));
    }

    private Page post(Form form) {
        String body = Wire.form(form.fields());
        if (form.method().equals("GET")) {
            return get(URI.create(Wire.shown(form.action()) + "?" + body));
        }
        URI from = form.action();
        return exchange(
                from,
                Wire.to(from)
                        .header("Content-Type", Wire.FORM)
                        .header("Origin", from.getScheme() + "://" + from.getRawAuthority())
                        .POST(BodyPublishers.ofString(body)));
    }

    private Page follow(Page first) {
        List<URI> trail = new ArrayList<>(first.trail());
        Page page = first;
        while (page.location().isPresent()) {
            Checks.that(trail.size() <= MOST_REDIRECTS, "redirects come to an end");
            page = get(page.location().get());
            trail.add(page.address());
        }
        return new Page(page.address(), page.status(), page.location(), page.body(), trail);
    }

    private Page get(URI address) {
        return exchange(address, Wire.to(address).GET());
    }

    private Page exchange(URI address, HttpRequest.Builder request) {
        request.header("Accept", "text/html");
        String sent = cookies.header(address);
        if (!sent.isEmpty()) {
            request.header("Cookie", sent);
        }
        HttpResponse<String> response = Wire.send(request.build());
        cookies.take(address, response.headers().allValues("Set-Cookie"));
        Optional<URI> location = REDIRECTS.contains(response.statusCode())
                ? response.headers().firstValue("Location").map(target -> Wire.resolve(address, target))
                : Optional.empty();
        return new Page(address, response.statusCode(), location, response.body(), List.of(address));
    }
}
