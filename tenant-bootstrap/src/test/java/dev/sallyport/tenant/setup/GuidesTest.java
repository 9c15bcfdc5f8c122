package dev.sallyport.tenant.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.tenant.connection.ProviderKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The guides say what the wizard says, and lead where they say. */
class GuidesTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Map<ProviderKind, String> GUIDES = Map.of(
            ProviderKind.ENTRA, "entra-id",
            ProviderKind.OKTA, "okta",
            ProviderKind.GOOGLE, "google-workspace",
            ProviderKind.KEYCLOAK, "keycloak",
            ProviderKind.PING, "ping",
            ProviderKind.JUMPCLOUD, "jumpcloud",
            ProviderKind.OIDC, "other-openid-provider");
    private static final Pattern LINK = Pattern.compile("\\]\\(([A-Za-z0-9./#:_-]+)\\)");

    @ParameterizedTest
    @EnumSource(ProviderKind.class)
    @DisplayName(
            "each kind of provider that the wizard offers has a guide, in the index, with all that one has to know")
    void everyKind(ProviderKind kind) throws IOException {
        String guide = Files.readString(DOCS.resolve("guides").resolve(GUIDES.get(kind) + ".md"));
        assertTrue(Files.readString(DOCS.resolve("guides/README.md")).contains("(" + GUIDES.get(kind) + ".md)"));
        for (String heading : List.of(
                "## Before you begin",
                "Test it",
                "go live",
                "## Groups",
                "## Who a person is",
                "## When somebody leaves",
                "## When the secret ends",
                "## If something does not work",
                "## Undo",
                "*How this guide was tried:")) {
            assertTrue(guide.contains(heading), heading);
        }
        assertTrue(guide.contains("/federation/{id}/callback"));
        assertTrue(guide.contains("**" + kind.title() + "**"), "the wizard calls it " + kind.title());
        assertEquals(
                ProviderSteps.of(kind).backchannel(),
                guide.contains("/backchannel-logout"),
                "whether it tells of a sign-out");
        if (kind.scopes().contains("groups")) {
            assertTrue(guide.contains("scope `groups`"));
        }
    }

    @Test
    @DisplayName("every link within the documentation leads to a file and a heading that are there")
    void links() throws IOException {
        List<String> broken = new ArrayList<>();
        try (Stream<Path> files = Files.walk(DOCS)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".md")).toList()) {
                Matcher links = LINK.matcher(Files.readString(file));
                while (links.find()) {
                    String target = links.group(1);
                    if (!target.matches("[a-z]+:.*") && !leads(file, target)) {
                        broken.add(file + ": " + target);
                    }
                }
            }
        }
        assertEquals(List.of(), broken);
    }

    private static boolean leads(Path from, String target) throws IOException {
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty() ? from : from.resolveSibling(path).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return hash < 0
                || !file.toString().endsWith(".md")
                || Files.readAllLines(file).stream()
                        .filter(line -> line.startsWith("#"))
                        .anyMatch(line -> anchor(line).equals(target.substring(hash + 1)));
    }

    private static String anchor(String heading) {
        return heading.replaceFirst("^#+ *", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9 _-]", "")
                .replace(' ', '-');
    }
}
