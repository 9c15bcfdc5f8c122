package dev.sallyport.tenant.setup;

import dev.sallyport.tenant.domain.DomainRefused;
import io.vertx.core.Future;
import java.net.IDN;
import java.util.List;
import java.util.Set;

/** Proving e-mail domains. */
final class DomainStep implements SetupStep {
    private static final String NOT_YET =
            "The record is not there yet. Name servers can take a while; check again in some minutes.";

    @Override
    public String key() {
        return "domain";
    }

    @Override
    public Set<SetupPurpose> purposes() {
        return Set.of(SetupPurpose.DOMAIN);
    }

    @Override
    public Future<Void> show(Visit visit) {
        render(visit, 200, "", "");
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> submit(Visit visit) {
        var tenant = visit.tenant().id();
        var domains = visit.parts().domains();
        String name = visit.field("domain");
        String actor = visit.session().actor();
        Future<Boolean> done =
                switch (visit.field("action")) {
                    case "verify" ->
                        domains.verify(tenant, name, actor).map(found -> found.map(domain -> domain.verified())
                                .orElse(true));
                    case "remove" -> domains.remove(tenant, name, actor).map(true);
                    default -> domains.add(tenant, name, actor).map(true);
                };
        return done.<Void>map(good -> {
                    if (good) {
                        visit.goTo(key());
                    } else {
                        render(visit, 422, NOT_YET, "");
                    }
                    return null;
                })
                .recover(e -> {
                    if (e instanceof DomainRefused refused) {
                        render(visit, 422, refused.reason().sentence(), name);
                        return Future.succeededFuture();
                    }
                    return Future.failedFuture(e);
                });
    }

    private void render(Visit visit, int status, String error, String value) {
        List<DomainView.Entry> entries = visit.state().domains().stream()
                .map(domain -> new DomainView.Entry(
                        shown(domain.name().ascii()),
                        domain.name().ascii(),
                        domain.verified(),
                        domain.txtName(),
                        domain.txtValue()))
                .toList();
        visit.show(
                status,
                "Domains",
                key(),
                "setup/domain.jte",
                new DomainView(visit.path(key()), visit.csrf(), error, value, entries));
    }

    // The ASCII form comes first: letters that look alike cannot hide in it.
    private static String shown(String ascii) {
        return ascii.contains("xn--") ? ascii + " (" + IDN.toUnicode(ascii) + ")" : ascii;
    }
}
