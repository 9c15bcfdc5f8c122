package dev.sallyport.demo.app;

import java.util.List;

/**
 * What the application is told. {@code publicUrl} is Sallyport's, without a slash at the end; {@code clientId} and
 * {@code clientSecret} may be empty until {@link DemoApp#configure}; {@code resource} is the application's own resource, which
 * makes {@code {resource}/t/{tenant}} the audience of its access tokens; {@code port} 0 is any free one.
 */
public record DemoAppConfig(
        String publicUrl,
        String clientId,
        String clientSecret,
        String resource,
        int port,
        List<Customer> customers,
        List<String> scopes) {

    /** Copies the lists. */
    public DemoAppConfig {
        customers = List.copyOf(customers);
        scopes = List.copyOf(scopes);
    }

    /** The demo's two customers, a free port, and no client yet. */
    public static DemoAppConfig of(String publicUrl, String resource) {
        return new DemoAppConfig(
                publicUrl,
                "",
                "",
                resource,
                0,
                List.of(new Customer("acme", "Acme Corporation"), new Customer("globex", "Globex")),
                List.of("openid", "profile", "email", "offline_access"));
    }

    /** The same with this client. */
    public DemoAppConfig withClient(String id, String secret) {
        return new DemoAppConfig(publicUrl, id, secret, resource, port, customers, scopes);
    }

    /** The same on this port. */
    public DemoAppConfig withPort(int number) {
        return new DemoAppConfig(publicUrl, clientId, clientSecret, resource, number, customers, scopes);
    }

    /** The same for these customers. */
    public DemoAppConfig withCustomers(List<Customer> others) {
        return new DemoAppConfig(publicUrl, clientId, clientSecret, resource, port, others, scopes);
    }

    String issuer(String tenant) {
        return publicUrl + "/t/" + tenant;
    }

    /** Everything but the secret. */
    @Override
    public String toString() {
        return "DemoAppConfig[" + publicUrl + ", " + clientId + ", " + resource + ", " + port + "]";
    }
}
