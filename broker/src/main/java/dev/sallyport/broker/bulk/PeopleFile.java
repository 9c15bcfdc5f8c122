package dev.sallyport.broker.bulk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads lists of people, from CSV with a header line or from JSON. A row that is wrong is kept with what is wrong; a file that is wrong is
 * refused. Cells are taken as they are, formulas too: they become dangerous only where a spreadsheet opens an export.
 */
public final class PeopleFile {
    /** At most so many people in one file. */
    public static final int MOST_ROWS = 10_000;

    private static final List<String> COLUMNS =
            List.of("user_name", "email", "display_name", "given_name", "family_name", "subject", "groups", "roles");
    private static final Map<String, Integer> LONGEST = Map.of(
            "user_name", 320, "email", 320, "display_name", 300, "given_name", 200, "family_name", 200, "subject", 255);
    private static final int LONGEST_GROUP = 500;
    private static final int MOST_GROUPS = 100;
    private static final int MOST_ROLES = 64;
    private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9_.:-]{0,63}");

    private PeopleFile() {}

    /**
     * Reads CSV.
     *
     * @throws BadFile if it is none, naming line and column
     */
    public static List<PersonRow> csv(byte[] file) {
        List<Csv.Line> records = Csv.read(file, MOST_ROWS + 1);
        if (records.isEmpty()) {
            throw BadFile.of("the file is empty; it begins with a line that names the columns");
        }
        List<String> header = header(records.get(0));
        if (records.size() == 1) {
            throw BadFile.of("the file has a header and no rows");
        }
        List<PersonRow> rows = new ArrayList<>();
        for (Csv.Line record : records.subList(1, records.size())) {
            rows.add(row(rows.size() + 1, header, record));
        }
        return withoutRepetitions(rows);
    }

    /** Reads {@code {people: […]}}, whose members fit the API's document. */
    public static List<PersonRow> json(JsonObject body) {
        List<PersonRow> rows = new ArrayList<>();
        for (Object item : body.getJsonArray("people")) {
            JsonObject person = (JsonObject) item;
            int number = rows.size() + 1;
            Map<String, String> values = new HashMap<>();
            LONGEST.keySet().forEach(name -> values.put(name, person.getString(name, "")));
            Optional<List<String>> groups =
                    Optional.ofNullable(person.getJsonArray("groups")).map(PeopleFile::texts);
            List<String> roles = texts(person.getJsonArray("roles", new JsonArray()));
            rows.add(row(number, "person " + number, values, groups, roles, new ArrayList<>()));
        }
        return withoutRepetitions(rows);
    }

    private static List<String> header(Csv.Line record) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < record.cells().size(); i++) {
            String name = record.cells().get(i);
            if (!COLUMNS.contains(name)) {
                throw BadFile.at(
                        record.line(), i + 1, "the column is not known; known are " + String.join(", ", COLUMNS));
            }
            if (!seen.add(name)) {
                throw BadFile.at(record.line(), i + 1, "the column " + name + " is named twice");
            }
        }
        if (!seen.contains("user_name")) {
            throw BadFile.at(record.line(), 1, "the column user_name is missing");
        }
        return record.cells();
    }

    private static PersonRow row(int number, List<String> header, Csv.Line record) {
        List<String> faults = new ArrayList<>();
        String place = "line " + record.line();
        if (record.cells().size() != header.size()) {
            faults.add(place + ": has " + record.cells().size() + " cells, the header has " + header.size());
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < Math.min(header.size(), record.cells().size()); i++) {
            values.put(header.get(i), record.cells().get(i));
        }
        Optional<List<String>> groups =
                Optional.of(split(values.getOrDefault("groups", ""))).filter(list -> !list.isEmpty());
        return row(number, place, values, groups, split(values.getOrDefault("roles", "")), faults);
    }

    private static List<String> split(String cell) {
        return Arrays.stream(cell.split(";"))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .distinct()
                .toList();
    }

    private static PersonRow row(
            int number,
            String place,
            Map<String, String> values,
            Optional<List<String>> groups,
            List<String> roles,
            List<String> faults) {
        Map<String, String> sound = new HashMap<>();
        LONGEST.forEach(
                (name, most) -> sound.put(name, checked(place, name, values.getOrDefault(name, ""), most, faults)));
        if (sound.get("user_name").isBlank() && faults.stream().noneMatch(f -> f.contains("user_name"))) {
            faults.add(place + ", user_name: is missing");
        }
        String email = sound.get("email");
        if (!email.isEmpty() && (email.indexOf('@') < 1 || email.endsWith("@") || email.contains(" "))) {
            faults.add(place + ", email: is no address");
        }
        checkLists(place, groups.orElse(List.of()), roles, faults);
        return new PersonRow(
                number,
                sound.get("user_name"),
                given(email),
                given(sound.get("display_name")),
                given(sound.get("given_name")),
                given(sound.get("family_name")),
                faults.isEmpty() ? groups : Optional.empty(),
                faults.isEmpty() ? roles : List.of(),
                given(sound.get("subject")),
                faults);
    }

    private static void checkLists(String place, List<String> groups, List<String> roles, List<String> faults) {
        if (groups.size() > MOST_GROUPS || groups.stream().anyMatch(g -> g.length() > LONGEST_GROUP || isUnsound(g))) {
            faults.add(place + ", groups: are too many, too long or hold a character that is not allowed");
        }
        if (roles.size() > MOST_ROLES
                || !roles.stream().allMatch(r -> ROLE.matcher(r).matches())) {
            faults.add(place + ", roles: are too many or no names of roles");
        }
    }

    // What cannot be kept is cut away, so that the report can still name the row.
    private static String checked(String place, String name, String value, int most, List<String> faults) {
        if (isUnsound(value)) {
            faults.add(place + ", " + name + ": holds a character that is not allowed");
            return "";
        }
        if (value.length() > most) {
            faults.add(place + ", " + name + ": is longer than " + most + " characters");
            return value.substring(0, 40) + "…";
        }
        return value;
    }

    private static boolean isUnsound(String value) {
        return value.codePoints().anyMatch(c -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF));
    }

    private static Optional<String> given(String value) {
        return value.isBlank() ? Optional.empty() : Optional.of(value);
    }

    private static List<PersonRow> withoutRepetitions(List<PersonRow> rows) {
        Map<String, Integer> names = new HashMap<>();
        Map<String, Integer> subjects = new HashMap<>();
        List<PersonRow> judged = new ArrayList<>();
        for (PersonRow row : rows) {
            PersonRow kept = row;
            if (row.faults().isEmpty()) {
                Integer name = names.putIfAbsent(row.userName().toLowerCase(Locale.ROOT), row.number());
                Integer subject = row.subject().isEmpty()
                        ? null
                        : subjects.putIfAbsent(row.subject().get(), row.number());
                kept = name != null
                        ? row.withFault("row " + row.number() + ", user_name: is that of row " + name)
                        : subject != null
                                ? row.withFault("row " + row.number() + ", subject: is that of row " + subject)
                                : row;
            }
            judged.add(kept);
        }
        return judged;
    }

    private static List<String> texts(JsonArray array) {
        return array.stream().map(String.class::cast).toList();
    }
}
