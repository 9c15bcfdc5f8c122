package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
import dev.sallyport.bench.load.Reply;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Provider;
import dev.sallyport.bench.provider.Query;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A browser's visit and the application that it visits: authorization request, redirect to the identity provider, callback, and all redirects
 * between, until one leads to the application; then the code is redeemed. The way through the identity provider's own pages takes no
 * request. Cookies are kept for the visit; all go to the one server there is.
 */
final class Visit {
    /** The PKCE pair of RFC 7636, appendix B. */
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final int MOST_REDIRECTS = 12;

    private final Provider provider;
    private final InstantIdp idp;
    private final Line line;
    private final Map<String, String> cookies = new LinkedHashMap<>();

    Visit(Provider provider, InstantIdp idp, Line line) {
        this.provider = provider;
        this.idp = idp;
        this.line = line;
    }

    /** Signs a person in and gives the token endpoint's answer. */
    Future<Reply> signIn(String person) {
        return code(person).compose(this::redeem);
    }

    /** Goes to the authorization endpoint and comes back with a code; as long as there is a session, without the identity provider. */
    Future<String> code(String person) {
        String path =
                provider.paths().authorize() + "?response_type=code&scope=openid%20profile%20email&state=s&nonce=n"
                        + "&client_id=" + Requests.encoded(provider.web().id())
                        + "&redirect_uri=" + Requests.encoded(Provider.REDIRECT_URI)
                        + "&code_challenge=" + CHALLENGE + "&code_challenge_method=S256&login_hint=" + person
                        + provider.choice();
        return open(path, MOST_REDIRECTS);
    }

    /** Swaps a code for tokens. */
    Future<Reply> redeem(String code) {
        String form = "grant_type=authorization_code&code=" + code + "&redirect_uri="
                + Requests.encoded(Provider.REDIRECT_URI) + "&code_verifier=" + VERIFIER;
        return line.send(Requests.form(provider, provider.paths().token(), provider.web(), form))
                .map(reply -> reply.require(200));
    }

    private Future<String> open(String path, int left) {
        return line.send(request(path)).compose(reply -> {
            keepCookies(reply);
            String to = reply.header("location")
                    .filter(location -> left > 0)
                    .orElseThrow(() -> new Reply.Unexpected("no redirect from " + bare(path) + ": " + reply.status()
                            + " " + reply.text().replaceAll("<[^>]*>|\\s+", " ")));
            if (idp.isAuthorization(to)) {
                return open(local(InstantIdp.signedIn(Query.of(to))), left - 1);
            }
            if (to.startsWith(Provider.REDIRECT_URI)) {
                return Future.succeededFuture(Query.of(to).raw("code"));
            }
            return open(local(to), left - 1);
        });
    }

    private String local(String address) {
        String base = "http://" + provider.authority();
        if (address.startsWith("/")) {
            return address;
        }
        if (!address.startsWith(base + "/")) {
            throw new Reply.Unexpected("a redirect to " + bare(address));
        }
        return address.substring(base.length());
    }

    private Buffer request(String path) {
        if (cookies.isEmpty()) {
            return Requests.get(provider, path);
        }
        String pairs = cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
        return Requests.get(provider, path, "Cookie: " + pairs);
    }

    private void keepCookies(Reply reply) {
        for (String cookie : reply.headers("set-cookie")) {
            int equals = cookie.indexOf('=');
            int end = cookie.indexOf(';');
            String value = cookie.substring(equals + 1, end < 0 ? cookie.length() : end);
            if (value.isEmpty() || cookie.contains("Max-Age=0")) {
                cookies.remove(cookie.substring(0, equals));
            } else {
                cookies.put(cookie.substring(0, equals), value);
            }
        }
    }

    private static String bare(String address) {
        int query = address.indexOf('?');
        return query < 0 ? address : address.substring(0, query);
    }
}
