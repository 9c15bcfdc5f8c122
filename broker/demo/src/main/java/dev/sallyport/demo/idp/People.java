package dev.sallyport.demo.idp;

import dev.sallyport.demo.page.Secrets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Who may sign in. Looked up by subject, and by e-mail address only where a person types one. */
final class People {

    private final Map<String, Person> bySubject = new ConcurrentHashMap<>();

    People(Collection<Person> people) {
        people.forEach(this::put);
    }

    void put(Person person) {
        bySubject.put(person.subject(), person);
    }

    void remove(Person person) {
        bySubject.remove(person.subject());
    }

    Optional<Person> bySubject(String subject) {
        return Optional.ofNullable(bySubject.get(subject));
    }

    Optional<Person> byEmail(String email) {
        String wanted = email.strip().toLowerCase(Locale.ROOT);
        return bySubject.values().stream()
                .filter(person -> person.email().toLowerCase(Locale.ROOT).equals(wanted))
                .findFirst();
    }

    Optional<Person> authenticate(String email, String password) {
        return byEmail(email).filter(person -> Secrets.same(person.password(), password));
    }

    List<Person> all() {
        return bySubject.values().stream()
                .sorted(Comparator.comparing(Person::email))
                .toList();
    }
}
