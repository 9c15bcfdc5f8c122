package dev.sallyport.demo.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class AdminPageTest {
    private static final Pattern FORM_TOKEN = Pattern.compile("name=\"form_token\" value=\"([^\"]+)\"");

    private DirectoryFixture fixture;
    private DemoDirectory directory;
    private ScimCaller page;

    @BeforeEach
    void start() throws Exception {
        fixture = new DirectoryFixture(DirectoryOptions.defaults()).people(2);
        directory = fixture.directory;
        page = new ScimCaller(directory.adminUrl(), "");
    }

    @AfterEach
    void stop() throws Exception {
        fixture.close();
    }

    private HttpResponse<String> submit(String path, String form) throws IOException {
        return page.send("POST", path, form, "Content-Type", "application/x-www-form-urlencoded");
    }

    private String form(String externalId) {
        Matcher token = FORM_TOKEN.matcher(page.get("").body());
        assertTrue(token.find());
        return "form_token=" + token.group(1) + "&id="
                + directory.idOf(externalId).orElseThrow();
    }

    @Test
    void whatPeopleAreCalledIsShownAsTextAndNeverAsMarkup() {
        String evil = "\"><script>alert('1')</script>&amp;";
        directory.addPerson(DirectoryPerson.active(evil, evil, evil, evil, evil, evil));
        String html = page.get("?q=" + ScimCaller.encode("\"><script>")).body();
        assertFalse(html.contains("<script"), "no markup from data");
        assertFalse(html.contains("alert('1')"), "quotes are escaped");
        assertTrue(html.contains("&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;"));
        assertTrue(html.contains("value=\"&quot;&gt;&lt;script&gt;\""), "the search words too");
        assertTrue(html.contains("1 of 3 people"));
    }

    @Test
    void thePageIsStrictAboutWhatItLoads() {
        HttpResponse<String> answer = page.get("");
        String policy = answer.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertTrue(policy.contains("default-src 'none'"));
        assertTrue(policy.contains("frame-ancestors 'none'"));
        assertFalse(policy.contains("unsafe"));
        assertFalse(answer.body().contains("style=\""));
        assertFalse(answer.body().contains(DirectoryFixture.TOKEN));
        assertTrue(page.get("directory.css").body().contains("prefers-color-scheme: dark"));
    }

    @Test
    void leftTheCompanyRemovesThePersonForGood() throws Exception {
        HttpResponse<String> answer = submit("people/remove", form("e1"));
        assertEquals(303, answer.statusCode());
        assertEquals("/?done=removed", answer.headers().firstValue("Location").orElseThrow());
        assertTrue(directory.idOf("e1").isEmpty());
        assertEquals(1, directory.size());
    }

    @Test
    void aSecondClickOnAPersonWhoIsGoneSaysSo() throws Exception {
        String form = form("e1");
        submit("people/remove", form);
        assertEquals(
                "/?done=gone",
                submit("people/remove", form).headers().firstValue("Location").orElseThrow());
        assertTrue(page.get("?done=gone").body().contains("no longer in the directory"));
    }

    @Test
    void deactivateAndActivateChangeTheStateOnly() throws Exception {
        submit("people/deactivate", form("e1"));
        assertEquals(1, fixture.scim.found("active eq false").size());
        assertTrue(page.get("").body().contains("Deactivated"));
        submit("people/activate", form("e1"));
        assertEquals(0, fixture.scim.found("active eq false").size());
        assertEquals(2, directory.size());
    }

    @Test
    void theOutageSwitchEmptiesTheListAndBack() throws Exception {
        submit("outage/start", form("e1"));
        assertInstanceOf(Misbehaviour.EmptyList.class, directory.behaviour());
        assertEquals(0, fixture.scim.json("/Users").getInteger("totalResults"));
        assertTrue(page.get("").body().contains("2 people"), "the page itself still shows them");
        submit("outage/end", form("e1"));
        assertEquals(2, fixture.scim.json("/Users").getInteger("totalResults"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"people/remove", "people/deactivate", "people/activate", "outage/start", "outage/end"})
    void aFormWithoutTheTokenChangesNothing(String path) throws Exception {
        String id = "&id=" + directory.idOf("e1").orElseThrow();
        assertEquals(403, submit(path, id).statusCode());
        assertEquals(403, submit(path, "form_token=guess" + id).statusCode());
        assertTrue(page.get(path + "?form_token=guess" + id).statusCode() >= 400, "a link does not change anything");
        assertEquals(2, directory.size());
        assertEquals(2, fixture.scim.found("active eq true").size());
        assertInstanceOf(Misbehaviour.None.class, directory.behaviour());
    }

    @Test
    void aForeignHostNameIsNotServed() throws Exception {
        String[] address = directory.hostAndPort().split(":", 2);
        try (Socket socket = new Socket(address[0], Integer.parseInt(address[1]))) {
            socket.setSoTimeout(5_000);
            String request = "GET / HTTP/1.1\r\nHost: evil.example:" + address[1] + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 421"), answer);
            assertFalse(answer.contains("e1@acme.example"));
        }
    }
}
