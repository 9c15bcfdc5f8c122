package dev.sallyport.tenant.setup;

/** Why a test sign-in did not work, in words, with what can be done about it. */
final class SignInProblem {
    private SignInProblem() {}

    /**
     * The words.
     *
     * @param reason the code that the audit log has
     */
    static String words(String reason) {
        return switch (reason) {
            case "group_overage" ->
                "Your provider left this person’s groups out because there are too many of them. Sallyport lets nobody in with groups missing. "
                        + "Have your provider send only the groups that matter: in Entra ID under Token configuration, choose “Groups assigned to the application”, or send app roles and enter “roles” as the group claim.";
            case "too_many_groups" ->
                "Your provider sends more than 1,000 groups of this person. Have it send only those that matter here.";
            case "groups_claim" ->
                "Your provider writes the groups in another way than this connection expects. A list of names is usual; for an object, say whether its keys or its values are the groups.";
            case "oid", "tid" ->
                "Your provider does not say the person’s object and tenant (oid and tid) as Entra ID does, or names another tenant than the issuer’s. Is the scope “profile” among the scopes, and is it Entra ID at all?";
            case "subject_claim_missing" -> "The claim by which people are known is missing.";
            case "algorithm_not_allowed" ->
                "Your provider signs with an algorithm that is not trusted here. Have it sign with ES256 or RS256.";
            case "no_fitting_key", "signature" -> "The signature does not fit the keys that your provider publishes.";
            case "iss", "iss_parameter", "iss_parameter_missing", "issuer_mismatch", "issuer_changed" ->
                "Your provider names another issuer than the one that was entered.";
            case "aud", "azp" -> "Your provider made the token for another client. Compare the client ID.";
            case "iat", "exp", "nbf", "auth_time" ->
                "The times in your provider’s token are more than a minute off. Look at its clock.";
            case "nonce" -> "Your provider did not return the nonce that it was sent.";
            case "no_client_secret" -> "No client secret is stored. Enter it in the step “Sign-in”.";
            case "token_endpoint_400", "token_endpoint_401", "token_endpoint_403" ->
                "Your provider did not take our client secret or key, or the code. Run the checks in the step “Sign-in”.";
            case "token_endpoint_moved" ->
                "Your provider now names another token endpoint than the one the client secret was entered for. Nothing was sent there. If that is right, enter the secret again in the step “Sign-in”.";
            case "userinfo_sub" -> "Your provider’s user information is about another person than its token.";
            case "no_proven_domain" ->
                "Google signs everybody in, not only your people. Prove your Workspace domain in the step “Domains”; then only its accounts come in.";
            case "hosted_domain" ->
                "This Google account is not of a Workspace domain that is proven in the step “Domains”. Sign in with an account of yours, or prove its domain too.";
            case "idp_access_denied" ->
                "Your provider did not let this person in. Mostly they are not assigned to the application there.";
            case "idp_timeout", "idp_dns", "idp_busy", "idp_unavailable" -> "Your provider does not answer. Try again.";
            default -> "The provider’s answer was refused: " + reason + ".";
        };
    }
}
