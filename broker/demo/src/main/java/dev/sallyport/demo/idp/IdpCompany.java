package dev.sallyport.demo.idp;

import dev.sallyport.demo.page.Brand;
import java.util.List;

/**
 * A company that runs its own identity provider. {@code slug} names its cookies, {@code slogan} stands on the sign-in
 * page, and {@code showAccounts} lists the demo's people and passwords there.
 */
public record IdpCompany(String slug, Brand brand, String slogan, boolean showAccounts, List<Person> people) {

    /** Copies the people. */
    public IdpCompany {
        people = List.copyOf(people);
    }

    /** The company's name. */
    public String name() {
        return brand.name();
    }

    /** The same company with these people. */
    public IdpCompany withPeople(List<Person> others) {
        return new IdpCompany(slug, brand, slogan, showAccounts, others);
    }
}
