package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.connection.ProviderKind;
import java.util.List;
import java.util.Map;

/**
 * What the page "Sign-in" shows.
 *
 * @param kind which product the provider is
 * @param kinds all of them, to choose from
 * @param fields what the issuer is found from
 * @param values of the fields
 * @param secretExpiresOn the last day of the secret, or empty
 */
record SignInView(
        String action,
        String csrf,
        ProviderKind kind,
        List<Choice> kinds,
        ProviderSteps steps,
        String redirectUri,
        String backchannelUri,
        String keysUri,
        String next,
        List<IssuerForm.Field> fields,
        Map<String, String> values,
        String issuer,
        String clientId,
        boolean secretSet,
        String secretExpiresOn,
        String groupsClaim,
        String scopes,
        String authMethod,
        boolean detailsOpen,
        Map<String, String> errors,
        List<CheckView> checks,
        Replacing replacing) {

    /**
     * Changing to another provider.
     *
     * @param former the id of the connection that this page begins to replace; empty if it does not
     * @param name its name, or that of the one that is being replaced already; empty if none is
     * @param begin the page that begins it; empty where nothing can be replaced
     */
    record Replacing(String former, String name, String begin) {}

    /** A kind of provider, and the page for it. */
    record Choice(String title, String href, boolean current) {}

    String value(IssuerForm.Field field) {
        return values.getOrDefault(field.name(), "");
    }

    /** Whether we prove ourselves by a key, so that there is no secret. */
    boolean byKey() {
        return authMethod.equals("private_key_jwt");
    }

    /** What stands beside the label of the secret. */
    String secretNote() {
        return secretSet ? "stored" : byKey() ? "not needed" : "";
    }

    String secretHint() {
        if (secretSet) {
            return "Leave empty to keep it.";
        }
        return byKey()
                ? "Sallyport proves itself by a key."
                : "Needed, unless you choose a key of ours under “More settings”.";
    }

    boolean allGood() {
        return checks.stream().allMatch(CheckView::ok);
    }
}
