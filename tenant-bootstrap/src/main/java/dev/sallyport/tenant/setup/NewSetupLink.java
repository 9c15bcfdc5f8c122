package dev.sallyport.tenant.setup;

import java.util.Optional;

/**
 * A link that was just made: the only moment at which its secret is known.
 *
 * @param url with the secret in its fragment, which browsers send to nobody
 * @param code of the second step, if one was asked for; goes to the recipient on another channel than the link
 */
public record NewSetupLink(SetupLink link, String url, Optional<String> code) {
    /** Without the secret. */
    @Override
    public String toString() {
        return "NewSetupLink[" + link.id() + "]";
    }
}
