package dev.sallyport.demo.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HtmlTest {

    @Test
    @DisplayName("D11: text is escaped in elements and in attributes")
    void textIsEscaped() {
        String hostile = "<script>\"x\" & 'y'</script>";
        assertEquals(
                "<p title=\"&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;&lt;/script&gt;\">{}</p>",
                Html.of("<p title=\"{}\">{}</p>", hostile, "{}").toString());
    }

    @Test
    void markupIsNotEscapedTwice() {
        Html items = Html.join(List.of(Html.of("<li>{}</li>", "a<b"), Html.of("<li>{}</li>", 2)));
        assertEquals(
                "<ul><li>a&lt;b</li><li>2</li></ul>",
                Html.of("<ul>{}</ul>", items).toString());
    }

    @Test
    void slotsAndValuesMustMatch() {
        assertThrows(IllegalArgumentException.class, () -> Html.of("{}{}", "one"));
        assertThrows(IllegalArgumentException.class, () -> Html.of("{}", "one", "two"));
    }

    @Test
    @DisplayName("D11: a brand cannot carry style rules or markup")
    void brandHoldsOnlyColoursAndPaths() {
        assertThrows(IllegalArgumentException.class, () -> new Brand("x", "red;} *{", "#ffffff", "M1 1"));
        assertThrows(IllegalArgumentException.class, () -> new Brand("x", "#000000", "#ffffff", "\"><script>"));
    }
}
