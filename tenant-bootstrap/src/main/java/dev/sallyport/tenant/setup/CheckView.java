package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.connection.Check;

/** A check in words, with what can be done about it. */
record CheckView(boolean ok, String title, String advice) {
    static CheckView of(Check check) {
        return new CheckView(check.ok(), title(check), advice(check));
    }

    private static String title(Check check) {
        return switch (check.name()) {
            case "reachable" -> check.ok() ? "Your provider answers" : "Your provider’s description cannot be read";
            case "issuer" -> check.ok() ? "It is the issuer you entered" : "It says it is another issuer";
            case "endpoints" ->
                check.ok() ? "It names all the addresses that are needed" : "An address that it names cannot be used";
            case "keys" -> check.ok() ? "Its keys can be read" : "Its keys cannot be read";
            case "algorithms" ->
                check.ok()
                        ? "It signs in a way that is trusted here"
                        : "It does not sign in a way that is trusted here";
            case "pkce" -> check.detail().equals("ok") ? "It knows PKCE" : "It does not say whether it knows PKCE";
            case "secret" -> secret(check.detail());
            default -> check.name();
        };
    }

    private static String secret(String detail) {
        return switch (detail) {
            case "ok" -> "It believes that we are its client";
            case "untried", "not_told" -> "There is a secret or key to prove ourselves by";
            case "missing" -> "The client secret is missing";
            case "refused" -> "It does not take the client secret or key";
            case "token_endpoint_moved" -> "It names a token endpoint at another place than before";
            default -> "Its token endpoint does not answer";
        };
    }

    private static String advice(Check check) {
        if (check.name().equals("endpoints") && check.detail().equals("bad_document")) {
            return "Its description names no authorization endpoint, token endpoint or key set.";
        }
        if (check.name().equals("pkce") && !check.detail().equals("ok")) {
            return "That is common. PKCE is used in any case.";
        }
        return switch (check.detail()) {
            case "dns" ->
                "The name does not lead to a server on the public internet. Look at the spelling of the issuer; whoever runs this platform can make exceptions.";
            case "tls" -> "Its certificate is not valid for this name, or no public authority has signed it.";
            case "timeout" -> "Nobody answered in time. Is the address right, and can it be reached from the internet?";
            case "http_status" ->
                "It answered, but not with the document. Mostly the issuer is not quite right: a part of the path is missing or too much.";
            case "bad_document" -> "What it sent is not a description of an OpenID provider.";
            case "too_large" -> "What it sent is larger than any description of an OpenID provider.";
            case "unavailable" ->
                "It has failed several times just now and is left alone for a minute. Try again after that.";
            case "blocked" ->
                "This address may not be called. It must be https and on the public internet; whoever runs this platform can make exceptions.";
            case "busy" -> "Too much is under way at the moment. Try again in a minute.";
            case "issuer_mismatch" -> "Enter the issuer exactly as your provider writes it, to the last slash.";
            case "none_fits" -> "It needs a signature key for ES256 or RS256.";
            case "refused" ->
                "Compare the client ID and enter the secret anew: its value, not its name or id. With a key of ours, let your provider read our keys, and look at how it wants us to authenticate.";
            case "untried" -> "It could not be tried.";
            case "not_told" -> "Your provider does not say what it thinks of it. The test sign-in will show.";
            case "token_endpoint_moved" ->
                "The secret was not sent there. If that is right, enter the secret again; it is only ever sent to the place that it was entered for.";
            case "missing" ->
                "Enter it above. It is dropped when the issuer changes, so that it never goes to another place.";
            default -> "";
        };
    }
}
