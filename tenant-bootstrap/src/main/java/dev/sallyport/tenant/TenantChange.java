package dev.sallyport.tenant;

import java.util.List;
import java.util.Optional;

/** What is to be changed on a tenant; what is empty stays. */
public record TenantChange(
        Optional<String> name,
        Optional<TenantStatus> status,
        Optional<AdmissionPolicy> admission,
        Optional<List<String>> admissionGroups,
        Optional<Lifetimes> lifetimes) {

    /** Only the status. */
    public static TenantChange status(TenantStatus status) {
        return new TenantChange(
                Optional.empty(), Optional.of(status), Optional.empty(), Optional.empty(), Optional.empty());
    }

    Tenant applyTo(Tenant tenant) {
        return new Tenant(
                tenant.id(),
                tenant.slug(),
                name.orElse(tenant.name()),
                status.orElse(tenant.status()),
                tenant.isolation(),
                admission.orElse(tenant.admission()),
                admissionGroups.orElse(tenant.admissionGroups()),
                lifetimes.orElse(tenant.lifetimes()),
                tenant.notBefore(),
                tenant.createdAt(),
                tenant.version());
    }
}
