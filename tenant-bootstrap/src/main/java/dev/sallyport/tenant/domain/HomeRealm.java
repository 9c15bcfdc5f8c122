package dev.sallyport.tenant.domain;

import dev.sallyport.database.Database;
import dev.sallyport.tenant.Tenant;
import dev.sallyport.tenant.TenantRegistry;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Finds the tenant that somebody means who does not know its address: by an e-mail address of a domain that the tenant has proven, by the
 * domain itself, by the tenant's slug, or by its name if no other tenant has the same. Tenants that are not live are not found, and neither
 * is anything told of persons: who they are does not matter here.
 */
public final class HomeRealm {
    /** The most characters of an address or a name. */
    public static final int MOST = 320;

    // One statement for all ways, so that no way of not being found takes longer than another.
    private static final String FIND = """
            SELECT slug, rank FROM (
              SELECT t.slug, 1 AS rank FROM tenants t WHERE t.slug = $1 AND t.status = 'active'
              UNION ALL
              SELECT t.slug, 2 FROM domain_routes r JOIN tenants t ON t.id = r.tenant_id WHERE r.domain = $2 AND t.status = 'active'
              UNION ALL
              SELECT t.slug, 3 FROM tenants t WHERE t.name_key = lower($3) AND t.status = 'active') found
            ORDER BY rank LIMIT 2""";

    private static final Pattern ADDRESS = Pattern.compile("[^@\\s\\p{Cntrl}]{1,64}@[^@\\s\\p{Cntrl}]{1,253}");

    private final Database database;
    private final TenantRegistry tenants;

    public HomeRealm(Database database, TenantRegistry tenants) {
        this.database = database;
        this.tenants = tenants;
    }

    /** Whether a text has the shape of an e-mail address, whose domain may be written in any script. */
    public static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    /** The domain of an e-mail address in its ASCII form; empty if the text is no address. */
    public static Optional<String> domainOf(String text) {
        return isAddress(text) ? DomainName.ofAddress(text) : Optional.empty();
    }

    /** A domain in its ASCII form; empty if the text is none. */
    public static Optional<String> domain(String text) {
        return text.indexOf('@') < 0 ? DomainName.ofAddress(text) : Optional.empty();
    }

    /**
     * The live tenant that is meant.
     *
     * @param text an e-mail address, a domain, a slug or a name, as somebody typed it
     */
    public Future<Optional<Tenant>> find(String text) {
        String typed = text.strip();
        if (typed.isEmpty() || typed.length() > MOST || typed.indexOf(0) >= 0) {
            return Future.succeededFuture(Optional.empty());
        }
        return typed.indexOf('@') >= 0
                ? find("", domainOf(typed).orElse(""), "")
                : find(typed.toLowerCase(Locale.ROOT), domain(typed).orElse(""), typed.replaceAll("\\s+", " "));
    }

    /** The live tenant of this slug. */
    public Future<Optional<Tenant>> bySlug(String slug) {
        return tenants.bySlug(slug).map(tenant -> tenant.filter(Tenant::isActive));
    }

    /** The live tenant that has proven this domain. */
    public Future<Optional<Tenant>> byDomain(String domain) {
        return find("", domain(domain).orElse(""), "");
    }

    private Future<Optional<Tenant>> find(String slug, String domain, String name) {
        return database.platform(FIND, Tuple.of(slug, domain, name)).compose(rows -> {
            var found = StreamSupport.stream(rows.spliterator(), false).toList();
            boolean ambiguous = found.size() == 2 && found.get(0).getInteger("rank") == 3;
            return found.isEmpty() || ambiguous
                    ? Future.succeededFuture(Optional.empty())
                    : bySlug(found.get(0).getString("slug"));
        });
    }
}
