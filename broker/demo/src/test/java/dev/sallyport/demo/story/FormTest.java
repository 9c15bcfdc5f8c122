package dev.sallyport.demo.story;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FormTest {
    private static final URI PAGE = URI.create("http://127.0.0.1:8080/setup/x/groups");

    private static Form only(String body) {
        List<Form> forms = Form.all(PAGE, body);
        assertEquals(1, forms.size());
        return forms.get(0);
    }

    @Test
    @DisplayName("A form sends what a browser would send: ticked boxes, chosen options, no buttons")
    void sendsWhatABrowserWouldSend() {
        Form form = only("""
                <form method="post" action="?step=2&amp;x=1">
                <input type="hidden" name="csrf" value="a&#43;b&quot;">
                <input
                   name=plain
                   value='it&#x27;s'>
                <input type="checkbox" name="off" value="1"><input type="checkbox" name="on" value="yes" checked>
                <input name="gone" value="x" disabled>
                <select name="way"><option value="a">A</option><option value="b" selected>B</option></select>
                <select name="first"><option>Only &amp; best</option></select>
                <textarea name="text">one &lt; two</textarea>
                <button name="action" value="save">Save</button><input type="submit" name="go" value="Go">
                </form>""");
        assertEquals("POST", form.method());
        assertEquals(URI.create("http://127.0.0.1:8080/setup/x/groups?step=2&x=1"), form.action());
        assertEquals(
                Map.of(
                        "csrf", "a+b\"",
                        "plain", "it's",
                        "on", "yes",
                        "way", "b",
                        "first", "Only & best",
                        "text", "one < two"),
                form.fields());
    }

    @Test
    @DisplayName("Buttons and unticked boxes can be filled in; what is not on the form cannot")
    void fillsInWhatIsThere() {
        Form form = only("<form><input type=checkbox name=role value=r><button name=action>Save</button></form>");
        assertEquals("GET", form.method());
        assertEquals(
                Map.of("role", "r", "action", "save"),
                form.with("role", "r").with("action", "save").fields());
        assertThrows(Broken.class, () -> form.with("password", "x"));
    }

    @Test
    @DisplayName("A page's elements and links are found by id, class and ending")
    void readsAPage() {
        Page page = new Page(PAGE, 200, Optional.empty(), """
                <h1>Hello</h1><code id="tenant">acme</code><span id="name">Alice <b>M</b></span>
                <ul><li class="chip permission">reports:read</li><li class="chip plain role">x</li></ul>
                <a href="/setup/x/go-live" aria-current="step"><span>Go live</span></a>""", List.of(PAGE));
        assertEquals("acme", page.text("tenant"));
        assertEquals("Alice M", page.text("name"));
        assertEquals(List.of("reports:read"), page.texts("li", "permission"));
        assertEquals(URI.create("http://127.0.0.1:8080/setup/x/go-live"), page.link("/go-live"));
        assertThrows(Broken.class, () -> page.text("subject"));
        assertThrows(Broken.class, () -> page.link("/test"));
        assertThrows(Broken.class, () -> page.form("password"));
    }
}
