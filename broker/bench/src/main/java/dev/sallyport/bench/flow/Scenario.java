package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
import dev.sallyport.bench.load.Lines;
import dev.sallyport.bench.load.Reply;
import dev.sallyport.bench.load.VirtualUser;
import dev.sallyport.bench.provider.InstantIdp;
import dev.sallyport.bench.provider.Provider;
import dev.sallyport.demo.story.Client;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** What can be measured. */
public enum Scenario {
    CLIENT_CREDENTIALS("client-credentials", "client credentials, ES256"),
    CLIENT_CREDENTIALS_RSA("client-credentials-rs256", "client credentials, RS256"),
    CODE("code", "code exchange (rate of pairs of /authorize and /token, latency of /token)"),
    REFRESH("refresh", "refresh with rotation"),
    INTROSPECT("introspect", "introspection of a person's access token"),
    USERINFO("userinfo", "userinfo"),
    JWKS("jwks", "JWKS"),
    DISCOVERY("discovery", "discovery"),
    SIGN_IN("sign-in", "whole brokered sign-in, person known"),
    SIGN_IN_NEW("sign-in-new", "whole brokered sign-in, person created just in time"),
    FEED("feed", "a cut-off reaches those who follow the feed");

    /** Names of people are never used twice in one run, and differ from run to run. */
    private static final AtomicLong RUN = new AtomicLong(System.currentTimeMillis());

    private final String word;
    private final String description;

    Scenario(String word, String description) {
        this.word = word;
        this.description = description;
    }

    /** Its name on the command line. */
    public String word() {
        return word;
    }

    /** What it is, in a few words. */
    public String description() {
        return description;
    }

    /** The scenario of a name. */
    public static Optional<Scenario> of(String word) {
        return Stream.of(values())
                .filter(scenario -> scenario.word.equals(word))
                .findFirst();
    }

    /** Whether a provider has what it needs. */
    public boolean fits(Provider provider) {
        return this != FEED || provider.paths().revocations().isPresent();
    }

    /** The virtual users, spread over the providers. */
    public VirtualUser.Factory users(List<Provider> providers, InstantIdp idp) {
        String run = Long.toString(RUN.incrementAndGet(), Character.MAX_RADIX);
        if (this == FEED) {
            return pollers(providers, idp, run);
        }
        return (number, lines) -> user(providers.get(number % providers.size()), idp, lines, run + "-" + number);
    }

    /** The first one of each tenant is also the one by whom something happens. */
    private static VirtualUser.Factory pollers(List<Provider> providers, InstantIdp idp, String run) {
        List<Cutoffs> cutoffs =
                providers.stream().map(provider -> new Cutoffs()).toList();
        return (number, lines) -> {
            int tenant = number % providers.size();
            Provider provider = providers.get(tenant);
            String path = provider.paths().revocations().orElseThrow();
            FeedPoller poller = new FeedPoller(provider, path, lines.to(provider.address()), cutoffs.get(tenant));
            return number >= providers.size()
                    ? poller
                    : cutoffs.get(tenant)
                            .by(
                                    poller,
                                    provider,
                                    idp,
                                    lines.to(provider.address()),
                                    provider.paths().revoke(),
                                    run + "-" + number);
        };
    }

    private VirtualUser user(Provider provider, InstantIdp idp, Lines lines, String name) {
        Line line = lines.to(provider.address());
        return switch (this) {
            case CLIENT_CREDENTIALS -> credentials(provider, line, provider.service());
            case CLIENT_CREDENTIALS_RSA -> credentials(provider, line, provider.serviceRsa());
            case CODE -> new Codes(provider, idp, line, name);
            case REFRESH -> new Refreshes(provider, idp, line, name);
            case INTROSPECT ->
                withToken(
                        provider,
                        idp,
                        line,
                        name,
                        "\"active\":true",
                        token -> Requests.form(
                                provider, provider.paths().introspect(), provider.web(), "token=" + token));
            case USERINFO ->
                withToken(
                        provider,
                        idp,
                        line,
                        name,
                        "\"sub\"",
                        token -> Requests.get(provider, provider.paths().userinfo(), "Authorization: Bearer " + token));
            case JWKS -> document(provider, line, provider.paths().jwks(), "\"keys\"");
            case DISCOVERY -> document(provider, line, provider.paths().discovery(), "\"token_endpoint\"");
            case SIGN_IN -> new SignIns(provider, idp, line, name, true);
            case SIGN_IN_NEW -> new SignIns(provider, idp, line, name, false);
            case FEED -> throw new IllegalStateException("made by pollers()");
        };
    }

    private static VirtualUser credentials(Provider provider, Line line, Client client) {
        Buffer request = Requests.form(provider, provider.paths().token(), client, "grant_type=client_credentials");
        return new Repeated(line, () -> Future.succeededFuture(request), contains("\"access_token\""));
    }

    private static VirtualUser document(Provider provider, Line line, String path, String expected) {
        Buffer request = Requests.get(provider, path);
        return new Repeated(line, () -> Future.succeededFuture(request), contains(expected));
    }

    private static VirtualUser withToken(
            Provider provider,
            InstantIdp idp,
            Line line,
            String name,
            String expected,
            Function<String, Buffer> request) {
        return new Repeated(
                line,
                () -> new Visit(provider, idp, line)
                        .signIn(name)
                        .map(tokens -> request.apply(tokens.member("access_token"))),
                contains(expected));
    }

    private static Consumer<Reply> contains(String expected) {
        return reply -> {
            if (!reply.text().contains(expected)) {
                throw new Reply.Unexpected("the answer holds no " + expected + ": " + reply.beginning());
            }
        };
    }
}
