package dev.sallyport.bench.flow;

import dev.sallyport.bench.load.Line;
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
    SIGN_IN_BESIDE_STALL("sign-in-beside-stall", "the same as sign-in beside a tenant whose provider stalls"),
    SIGN_IN_BESIDE_BOMB("sign-in-beside-bomb", "the same as sign-in beside a tenant whose provider sends bombs"),
    FEED("feed", "a cut-off reaches those who follow the feed"),
    VERIFIER("verifier", "a token is checked by the verifier, native crypto, nothing remembered"),
    VERIFIER_JDK("verifier-jdk", "the same on the JDK's own crypto"),
    VERIFIER_REMEMBERED("verifier-remembered", "the same with tokens that it has seen before");

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
        return switch (this) {
            case FEED, VERIFIER, VERIFIER_JDK, VERIFIER_REMEMBERED ->
                provider.verified().isPresent();
            case SIGN_IN_BESIDE_STALL, SIGN_IN_BESIDE_BOMB ->
                provider.troubled().isPresent();
            default -> true;
        };
    }

    /** The same without what makes it hard, if it is to be seen what that costs. */
    public Optional<Scenario> quiet() {
        return this == SIGN_IN_BESIDE_STALL || this == SIGN_IN_BESIDE_BOMB ? Optional.of(SIGN_IN) : Optional.empty();
    }

    /** Makes a virtual user of a provider with one connection and a name that nobody else has. */
    private interface Maker {
        VirtualUser make(Provider provider, Line line, String name);
    }

    /** The virtual users, spread over the providers, all of which fit. */
    public VirtualUser.Factory users(List<Provider> providers, InstantIdp idp) {
        String run = Long.toString(RUN.incrementAndGet(), Character.MAX_RADIX);
        return switch (this) {
            case CLIENT_CREDENTIALS -> each(providers, run, (p, line, name) -> credentials(p, line, p.service()));
            case CLIENT_CREDENTIALS_RSA ->
                each(providers, run, (p, line, name) -> credentials(p, line, p.serviceRsa()));
            case CODE -> each(providers, run, (p, line, name) -> new Codes(p, idp, line, name));
            case REFRESH -> each(providers, run, (p, line, name) -> new Refreshes(p, idp, line, name));
            case INTROSPECT -> each(providers, run, (p, line, name) -> introspections(p, idp, line, name));
            case USERINFO -> each(providers, run, (p, line, name) -> userinfo(p, idp, line, name));
            case JWKS ->
                each(
                        providers,
                        run,
                        (p, line, name) -> document(p, line, p.paths().jwks(), "\"keys\""));
            case DISCOVERY ->
                each(
                        providers,
                        run,
                        (p, line, name) -> document(p, line, p.paths().discovery(), "\"issuer\""));
            case SIGN_IN -> each(providers, run, (p, line, name) -> new SignIns(p, idp, line, name, true));
            case SIGN_IN_NEW -> each(providers, run, (p, line, name) -> new SignIns(p, idp, line, name, false));
            case SIGN_IN_BESIDE_STALL -> new BesideTrouble(providers, idp, run, Provider.Troubled::stalling);
            case SIGN_IN_BESIDE_BOMB -> new BesideTrouble(providers, idp, run, Provider.Troubled::bombing);
            case FEED -> new Followers(providers, idp, run);
            case VERIFIER -> new Verifiers(providers, idp, run, true, false);
            case VERIFIER_JDK -> new Verifiers(providers, idp, run, false, false);
            case VERIFIER_REMEMBERED -> new Verifiers(providers, idp, run, true, true);
        };
    }

    private static VirtualUser.Factory each(List<Provider> providers, String run, Maker maker) {
        return (number, lines) -> {
            Provider provider = providers.get(number % providers.size());
            return maker.make(provider, lines.to(provider.address()), run + "-" + number);
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

    private static VirtualUser introspections(Provider provider, InstantIdp idp, Line line, String name) {
        return withToken(
                provider,
                idp,
                line,
                name,
                "\"active\":true",
                token -> Requests.form(provider, provider.paths().introspect(), provider.web(), "token=" + token));
    }

    private static VirtualUser userinfo(Provider provider, InstantIdp idp, Line line, String name) {
        return withToken(
                provider,
                idp,
                line,
                name,
                "\"sub\"",
                token -> Requests.get(provider, provider.paths().userinfo(), "Authorization: Bearer " + token));
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
