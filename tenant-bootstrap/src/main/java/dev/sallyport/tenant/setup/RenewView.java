package dev.sallyport.tenant.setup;

import java.util.Map;

/**
 * What the page "Renew" shows.
 *
 * @param missing whether there is no connection whose secret could be renewed
 * @param ends when the present secret ends, in words
 * @param expiresOn what was entered as the last day of the new one
 * @param push the tokens of a directory that pushes; without any there is nothing to renew
 */
record RenewView(
        String action,
        String csrf,
        boolean missing,
        boolean done,
        String issuer,
        String clientId,
        String ends,
        String expiresOn,
        Map<String, String> errors,
        DirectoryView.Push push) {}
