package dev.sallyport.demo.idp;

import dev.sallyport.demo.page.Brand;
import java.util.List;
import java.util.Locale;

/**
 * The two companies of the demo. Both have a group named {@code finance}, which means another thing in each, and both
 * have an Alice Moreau, who is another person in each.
 */
public final class DemoCompanies {

    /** The password of everybody in the demo. */
    public static final String PASSWORD = "correct-horse";

    private DemoCompanies() {}

    /** Acme Corporation: Alice and Bruno in {@code finance}, Chen in {@code engineering}, Dana in {@code staff} alone. */
    public static IdpCompany acme() {
        return new IdpCompany(
                "acme",
                new Brand(
                        "Acme Corporation",
                        "#b4441c",
                        "#ff9a6b",
                        "M12 2 23 21H17.2L12 11.6 6.8 21H1ZM12 15.2 15.2 21H8.8Z"),
                "Good parts, made to be relied on.",
                true,
                List.of(
                        person("a7Qm2xVt", "acme.example", "Alice", "Moreau", "staff", "finance"),
                        person("a1Kd8wRz", "acme.example", "Bruno", "Okafor", "staff", "finance"),
                        person("a9Ty4nLc", "acme.example", "Chen", "Watanabe", "staff", "engineering"),
                        person("a3Hs6bPj", "acme.example", "Dana", "Lindqvist", "staff")));
    }

    /** Globex: its own Alice Moreau and Erik in {@code finance}, Farah in {@code operations}. */
    public static IdpCompany globex() {
        return new IdpCompany(
                "globex",
                new Brand(
                        "Globex",
                        "#12655f",
                        "#63d2c6",
                        "M12 2A10 10 0 1 0 22 12H17A5 5 0 1 1 12 7ZM14 2.2V10H21.8A10 10 0 0 0 14 2.2Z"),
                "Moving the world’s freight, quietly.",
                true,
                List.of(
                        person("g5Wn0eXk", "globex.example", "Alice", "Moreau", "all-hands", "finance"),
                        person("g2Bv7uFa", "globex.example", "Erik", "Solheim", "all-hands", "finance"),
                        person("g8Zc3qMd", "globex.example", "Farah", "Haddad", "all-hands", "operations")));
    }

    private static Person person(String subject, String domain, String given, String family, String... groups) {
        String email = (given + "." + family).toLowerCase(Locale.ROOT) + "@" + domain;
        return new Person(subject, email, given + " " + family, given, family, PASSWORD, List.of(groups));
    }
}
