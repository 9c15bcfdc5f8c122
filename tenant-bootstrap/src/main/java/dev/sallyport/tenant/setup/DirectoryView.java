package dev.sallyport.tenant.setup;

import java.util.Map;

/** What the page "Directory" shows. */
record DirectoryView(
        String action,
        String csrf,
        boolean saved,
        String baseUrl,
        boolean secretSet,
        String maxRemovals,
        String maxRemovalPercent,
        Map<String, String> errors) {}
