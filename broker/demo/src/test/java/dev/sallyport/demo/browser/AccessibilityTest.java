package dev.sallyport.demo.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whether the search for what keeps people out finds it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessibilityTest {
    private static final String GOOD = "<main><h1>Title</h1><h2>Part</h2><label>Name <input name=n></label>"
            + "<button>Send</button> <a href=x>Link</a></main>";

    private Chromium chromium;
    private BrowserContext visitor;
    private Page page;

    @BeforeAll
    void open() {
        chromium = Chromium.start();
        visitor = chromium.visitor();
        page = visitor.newPage();
    }

    @AfterAll
    void close() {
        if (chromium != null) {
            visitor.close();
            chromium.close();
        }
    }

    @Test
    @DisplayName("A page without a fault has none")
    void good() {
        show("en", GOOD);
        assertEquals(List.of(), Accessibility.ofPage(page));
        assertEquals(List.of(), Accessibility.byKeyboard(page));
        assertEquals(List.of(), Accessibility.enlarged(page));
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "<h1>Two</h1> | 2 headings of the first level",
                "<h4>Deep</h4> | skips a level",
                "<input name=mail> | has no label",
                "<button></button> | has no name",
                "<a href=x><svg aria-hidden=true></svg></a> | has no name",
                "<svg></svg> | neither hidden nor described",
                "<fieldset><p>x</p></fieldset> | a group without a name",
                "<p id=a>x</p><p id=a>y</p> | is there twice",
                "<label>x <input aria-describedby=gone></label> | refers by aria-describedby to gone",
                "<p style='color:#999'>pale</p> | has a contrast of 2.85",
                "<p style='opacity:.4'>faint</p> | has a contrast of",
                "<div style='background:#0e5a58'><p style='color:#333'>dark on dark</p></div> | has a contrast of",
                "<details><summary>More</summary><p style='color:#aaa'>hidden and pale</p></details> | has a contrast of",
                "<style>::placeholder{color:#bbb}</style><label>x <input placeholder=y></label> | the example in",
                "<label>x <input style='border:1px solid #ddd'></label> | the edge of"
            })
    void found(String html, String fault) {
        show("en", GOOD + html);
        List<String> faults = Accessibility.ofPage(page);
        assertTrue(faults.stream().anyMatch(each -> each.contains(fault)), faults::toString);
    }

    @Test
    @DisplayName("A page that does not say its language")
    void language() {
        show("", GOOD);
        assertEquals(List.of("the page does not say its language"), Accessibility.ofPage(page));
    }

    @Test
    @DisplayName("A button at which one does not see the keyboard, and one to which it does not come")
    void keyboard() {
        show("en", GOOD + "<style>.bare:focus{outline:none}</style><button class=bare>Bare</button>");
        assertEquals(
                List.of("one does not see that the keyboard is at <button> “Bare”"), Accessibility.byKeyboard(page));
        show("en", "<button onfocus='this.blur()'>Away</button>" + GOOD);
        assertTrue(Accessibility.byKeyboard(page).contains("the keyboard does not come to <button> “Away”"));
    }

    @Test
    @DisplayName("A page that is too wide when it is enlarged")
    void tooWide() {
        show("en", GOOD + "<div style='width:600px'>wide</div>");
        assertEquals(1, Accessibility.enlarged(page).size());
    }

    private void show(String language, String body) {
        page.setViewportSize(Chromium.WIDTH, Chromium.HEIGHT);
        page.setContent("<!doctype html><html lang='" + language
                + "'><meta name=viewport content='width=device-width'><title>t</title>"
                + "<style>:focus-visible{outline:3px solid #0e5a58}</style><body>" + body);
    }
}
