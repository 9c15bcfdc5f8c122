package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.setup.PushSettings.Refusal;

/** What it means that a pushing directory was refused, and what to do, in words. Pure. */
final class PushWords {
    private PushWords() {}

    static String of(Refusal refusal) {
        return switch (refusal.cause()) {
            case "user_name_taken" ->
                "Two people there have the same user name. User names have to be unique; look which of the two is meant.";
            case "external_id_taken" ->
                "Two people there have the same external ID. Map the external ID to something that is never given twice, such as the object ID.";
            case "not_adoptable" ->
                "An account of that name or address is here already and was not made by a directory: somebody has signed in with it. An administrator has to decide whose it is.";
            case "last_admin" ->
                "This would have removed your last administrator. Give somebody else an administrator’s role first.";
            case "closed_here" ->
                "The account was closed here by an administrator, and a directory does not open it again. An administrator can.";
            case "uniqueness" -> "Something with that name is here already.";
            case "invalidFilter" ->
                "Your directory asked with a filter that is not understood. Match people by userName or externalId.";
            case "invalidPath", "noTarget" ->
                "Your directory wanted to change an attribute that is not known here. Take it out of the attribute mapping.";
            case "invalidValue", "invalidSyntax" ->
                "Your directory sent a value that is not allowed, such as an empty user name. Look at its log for the person.";
            case "mutability" ->
                "Your directory wanted to change what cannot be changed, such as an id. Take it out of the attribute mapping.";
            case "tooMany" -> "Your directory asked for more at once than is answered. Let it read in pages.";
            case "sensitive" -> "Your directory put a filter into the address that belongs into the body.";
            default -> byStatus(refusal.status());
        };
    }

    private static String byStatus(int status) {
        return switch (status) {
            case 401 ->
                "The token was missing or is not good: mistyped, ended, or of another company. Enter a new one from this page.";
            case 403 -> "Your tenant is suspended, or your directory filtered what cannot be filtered.";
            case 404 ->
                "Your directory asked for somebody or something that is not here. That is usual at the first contact; if it goes on, the base address has a part too many.";
            case 405 -> "Your directory used a method that this address does not take. Look at the base address.";
            case 409 ->
                "Somebody else changed the same person at the same moment. Your directory tries again by itself.";
            case 413 -> "Your directory sent more than 4 MB at once. Let it send groups in smaller parts.";
            case 415 -> "Your directory did not say that it sends JSON (application/scim+json).";
            default -> "Your directory’s request could not be read.";
        };
    }
}
