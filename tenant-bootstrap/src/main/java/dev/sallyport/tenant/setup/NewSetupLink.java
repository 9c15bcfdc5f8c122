package dev.sallyport.tenant.setup;

/**
 * A link that was just made: the only moment at which its secret is known.
 *
 * @param url with the secret in its fragment, which browsers send to nobody
 */
public record NewSetupLink(SetupLink link, String url) {
    /** Without the secret. */
    @Override
    public String toString() {
        return "NewSetupLink[" + link.id() + "]";
    }
}
