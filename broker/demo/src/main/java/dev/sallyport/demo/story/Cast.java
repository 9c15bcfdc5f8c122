package dev.sallyport.demo.story;

import dev.sallyport.demo.idp.DemoCompanies;
import dev.sallyport.demo.idp.IdpCompany;
import dev.sallyport.demo.idp.Person;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Who plays whom. */
public final class Cast {
    /** The group whose name both companies use. */
    public static final String GROUP = "finance";

    /** Acme's group of administrators. */
    static final String ADMINISTRATORS = "engineering";

    /** Signs in at acme just in time, and leaves. */
    public static final Person ALICE = acme("Alice Moreau");

    /** Acme's administrator. */
    public static final Person CHEN = acme("Chen Watanabe");

    /** Comes to acme by a list of people. */
    public static final Person DANA = acme("Dana Lindqvist");

    /** Signs in at acme, and is in no directory. */
    public static final Person BRUNO = acme("Bruno Okafor");

    /** Alice's namesake at globex. */
    public static final Person NAMESAKE = globex("Alice Moreau");

    /** People of acme's directory whom the story does not need by name; they never sign in. */
    public static final List<Person> STAFF = Stream.of(
                    "Amara Diallo",
                    "Bente Iversen",
                    "Cosmin Radu",
                    "Divya Rao",
                    "Eamon Kelly",
                    "Fumiko Sato",
                    "Goran Ilic",
                    "Hanna Virtanen",
                    "Idris Bello",
                    "Jana Novak",
                    "Kofi Mensah",
                    "Lucia Romero")
            .map(name -> somebody(name, "acme.example"))
            .toList();

    /** Everybody whom acme's directory holds when the story begins. */
    public static final List<Person> ON_ACMES_STAFF =
            Stream.concat(Stream.of(ALICE, CHEN, DANA), STAFF.stream()).toList();

    private Cast() {}

    /** Somebody of whom nothing is known but the name; their address is made of it. */
    static Person somebody(String name, String domain) {
        String[] words = name.split(" ", 2);
        String email = String.join(".", words).toLowerCase(Locale.ROOT) + "@" + domain;
        return new Person("e-" + email, email, name, words[0], words[1], "", List.of("staff"));
    }

    private static Person acme(String name) {
        return find(DemoCompanies.acme(), name);
    }

    private static Person globex(String name) {
        return find(DemoCompanies.globex(), name);
    }

    private static Person find(IdpCompany company, String name) {
        return company.people().stream()
                .filter(person -> person.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
