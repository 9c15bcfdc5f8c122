package dev.sallyport.demo.directory;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The administrator's page as HTML. Whatever comes from data goes through {@link #text}. */
final class AdminPage {
    private static final int SHOWN = 200;

    /** What the page says after a form was sent. */
    enum Notice {
        REMOVED("The person has left and is gone from the directory."),
        DEACTIVATED("The account is deactivated."),
        ACTIVATED("The account is active again."),
        GONE("This person is no longer in the directory."),
        OUTAGE("The directory now answers every list with nothing."),
        WELL("The directory answers in full again.");

        private final String sentence;

        Notice(String sentence) {
            this.sentence = sentence;
        }

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Notice> of(String key) {
            return Stream.of(values()).filter(n -> n.key().equals(key)).findFirst();
        }
    }

    private final String name;
    private final String scimUrl;
    private final String formToken;

    AdminPage(String name, String scimUrl, String formToken) {
        this.name = name;
        this.scimUrl = scimUrl;
        this.formToken = formToken;
    }

    /** People whose name, user name or number holds the words looked for. */
    static Predicate<JsonObject> matching(String search) {
        String wanted = search.strip().toLowerCase(Locale.ROOT);
        return user -> Stream.of("displayName", "userName", "externalId")
                .anyMatch(
                        key -> user.getString(key, "").toLowerCase(Locale.ROOT).contains(wanted));
    }

    String render(List<JsonObject> found, int size, String search, Misbehaviour how, Optional<Notice> notice) {
        String title = text(name) + " People Directory";
        String rows = found.stream().limit(SHOWN).map(this::row).collect(Collectors.joining());
        String count = found.size() == size ? size + " people" : found.size() + " of " + size + " people";
        String more = found.size() > SHOWN ? ", the first " + SHOWN + " are shown" : "";
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%1$s</title>
                <link rel="icon" href="/icon.svg">
                <link rel="stylesheet" href="/directory.css">
                </head>
                <body>
                <header><div class="bar"><img src="/icon.svg" alt="" width="32" height="32"><h1>%1$s</h1>
                <form method="get" action="/" role="search"><label class="hidden" for="q">Search people</label>
                <input id="q" name="q" type="search" placeholder="Search people" value="%2$s"><button>Search</button></form></div></header>
                <main>
                %3$s
                <section class="card"><table>
                <caption>%4$s</caption>
                <thead><tr><th scope="col">Name</th><th scope="col">Groups</th><th scope="col">Number</th><th scope="col">Status</th>\
                <th scope="col"><span class="hidden">Actions</span></th></tr></thead>
                <tbody>%5$s</tbody></table></section>
                <section class="card aside">%6$s</section>
                </main>
                <footer>SCIM 2.0 at <code>%7$s</code></footer>
                </body>
                </html>
                """.formatted(
                        title,
                        text(search),
                        notice.map(n -> "<p class=\"notice\" role=\"status\">" + n.sentence + "</p>")
                                .orElse(""),
                        count + more,
                        rows.isEmpty() ? "<tr><td colspan=\"5\" class=\"none\">Nobody to show.</td></tr>" : rows,
                        outage(how),
                        text(scimUrl));
    }

    private String row(JsonObject user) {
        boolean active = user.getBoolean("active", true);
        String shownName = user.getString("displayName", user.getString("userName"));
        String groups = DirectoryStore.groupNames(user).stream()
                .map(g -> "<span class=\"tag\">" + text(g) + "</span>")
                .collect(Collectors.joining(" "));
        String id = user.getString("id");
        return """
                <tr%s><th scope="row"><span class="who">%s</span><span class="mail">%s</span></th><td>%s</td><td>%s</td>\
                <td><span class="state %s">%s</span></td><td class="do">%s%s</td></tr>
                """.formatted(
                        active ? "" : " class=\"off\"",
                        text(shownName),
                        text(mail(user)),
                        groups,
                        text(user.getString("externalId", "")),
                        active ? "on" : "off",
                        active ? "Active" : "Deactivated",
                        active
                                ? button("/people/deactivate", id, "quiet", "Deactivate", shownName)
                                : button("/people/activate", id, "quiet", "Activate", shownName),
                        button("/people/remove", id, "danger", "Left the company", shownName));
    }

    private static String mail(JsonObject user) {
        JsonArray emails = user.getJsonArray("emails", new JsonArray());
        return emails.isEmpty()
                ? user.getString("userName")
                : emails.getJsonObject(0).getString("value", user.getString("userName"));
    }

    private String outage(Misbehaviour how) {
        if (how instanceof Misbehaviour.None) {
            return "<div><h2>Outage switch</h2><p>Makes the directory answer every list with nothing, "
                    + "as a broken directory would. Nobody is removed.</p></div>"
                    + button("/outage/start", "", "quiet", "Answer with an empty list", "");
        }
        return "<div><h2>Outage switch <span class=\"state bad\">On</span></h2><p>" + inWords(how)
                + " The people above are still here.</p></div>"
                + button("/outage/end", "", "quiet", "Answer in full again", "");
    }

    private static String inWords(Misbehaviour how) {
        return how instanceof Misbehaviour.EmptyList
                ? "Every list comes back empty."
                : "The directory misbehaves: <code>" + text(how.toString()) + "</code>.";
    }

    private String button(String action, String id, String style, String label, String whom) {
        String aria = whom.isEmpty() ? "" : " aria-label=\"" + text(label + ": " + whom) + "\"";
        return "<form method=\"post\" action=\"" + action + "\"><input type=\"hidden\" name=\"form_token\" value=\""
                + text(formToken) + "\"><input type=\"hidden\" name=\"id\" value=\"" + text(id) + "\"><button class=\""
                + style + "\"" + aria + ">" + label + "</button></form>";
    }

    /** Escapes for element content and for quoted attribute values. */
    static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
