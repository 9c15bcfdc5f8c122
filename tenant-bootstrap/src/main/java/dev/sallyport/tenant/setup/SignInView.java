package dev.sallyport.tenant.setup;

import java.util.List;
import java.util.Map;

/** What the page "Sign-in" shows. */
record SignInView(
        String action,
        String csrf,
        String redirectUri,
        String keysUri,
        String next,
        String issuer,
        String clientId,
        boolean secretSet,
        String groupsClaim,
        String scopes,
        String authMethod,
        boolean detailsOpen,
        Map<String, String> errors,
        List<CheckView> checks) {

    /** Whether we prove ourselves by a key, so that there is no secret. */
    boolean byKey() {
        return authMethod.equals("private_key_jwt");
    }

    boolean allGood() {
        return checks.stream().allMatch(CheckView::ok);
    }
}
