package dev.sallyport.tenant.setup;

import java.util.List;

/** What the page "Domains" shows. */
record DomainView(String action, String csrf, String error, String value, List<Entry> domains) {
    /**
     * One domain.
     *
     * @param domain as it is shown
     * @param name as forms send it
     */
    record Entry(String domain, String name, boolean verified, String txtName, String txtValue) {}
}
