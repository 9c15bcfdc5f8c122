package dev.sallyport.broker.op;

import dev.sallyport.broker.token.Allowance;
import dev.sallyport.broker.web.OAuthError;
import dev.sallyport.roles.Access;
import dev.sallyport.roles.Catalogue;
import java.util.List;
import java.util.function.Predicate;

/**
 * What an exchanged token is limited to. {@code scope} may name OpenID scopes that the subject token has, and permissions; if it names
 * permissions, the token gets those and no others. Nothing that is asked for is more than what is there.
 *
 * @param names {@code scope} of the new token
 */
record ExchangedScope(List<String> names, Allowance allowance) {
    /**
     * Limits.
     *
     * @param wanted {@code scope} of the request; empty for everything that is there
     * @param scope {@code scope} of the subject token
     * @param there what the person may do now and the subject token lets through
     * @throws OAuthError {@code invalid_scope}
     */
    static ExchangedScope of(
            List<String> wanted, List<String> scope, Access access, Catalogue catalogue, Predicate<String> there) {
        Allowance all = Allowance.of(access, catalogue, there);
        List<String> asked = wanted.isEmpty()
                ? scope.stream()
                        .filter(s -> isOpenId(s) || all.permissions().contains(s))
                        .toList()
                : wanted;
        for (String name : asked) {
            if (isOpenId(name) ? !scope.contains(name) : !all.permissions().contains(name)) {
                throw new OAuthError(
                        400, "invalid_scope", "scope names something that the subject token does not give");
            }
        }
        boolean named = asked.stream().anyMatch(name -> !isOpenId(name));
        return new ExchangedScope(
                asked, named ? Allowance.of(access, catalogue, p -> there.test(p) && asked.contains(p)) : all);
    }

    private static boolean isOpenId(String name) {
        return AuthorizeRequest.SCOPES.contains(name);
    }
}
